import { number, signed } from '../format.js';

/** Decimals that a price in USD deserves: cents, and more for what costs less than a dollar. */
const decimalsOf = (price) => {
  const size = Math.abs(price);
  return size === 0 || size >= 1 ? 2 : Math.min(10, 3 - Math.floor(Math.log10(size)));
};

const withSign = (text) => (text === '—' ? text : text.replace(/^([+−]?)/, '$1$'));

/** A price in USD: $61,820.50, $0.4512. */
export const usd = (price) => (price === null || price === undefined ? '—' : withSign(number(price, decimalsOf(price))));

/** A change in USD with its sign: +$12.40. */
export const signedUsd = (change, price = change) => (change === null || change === undefined ? '—' : withSign(signed(change, decimalsOf(price))));

/** An amount of money in whole cents. */
export const money = (amount) => (amount === null || amount === undefined ? '—' : withSign(number(amount)));

export const signedMoney = (amount) => (amount === null || amount === undefined ? '—' : withSign(signed(amount)));

/** A change in percent: +1.25 %. */
export const percent = (value, decimals = 2) => (value === null || value === undefined ? '—' : `${signed(value, decimals)} %`);
