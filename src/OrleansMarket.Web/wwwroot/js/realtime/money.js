import { number, signed } from '../format.js';

/** Decimals that a price in USD deserves, at least and at most: cents, for small prices more where it has them, four digits of what costs less than a dollar. */
const decimalsOf = (price) => {
  const size = Math.abs(price);
  if (size === 0 || size >= 1) {
    return [2, size >= 100 ? 2 : 4];
  }

  const decimals = Math.min(10, 3 - Math.floor(Math.log10(size)));
  return [decimals, decimals];
};

const withSign = (text) => (text === '—' ? text : text.replace(/^([+−]?)/, '$1$'));

/** A price in USD: $61,820.50, $0.4512. */
export const usd = (price) => (price === null || price === undefined ? '—' : withSign(number(price, ...decimalsOf(price))));

/** A change in USD with its sign: +$12.40. */
export const signedUsd = (change, price = change) => (change === null || change === undefined ? '—' : withSign(signed(change, ...decimalsOf(price))));

/** An amount of money in whole cents. */
export const money = (amount) => (amount === null || amount === undefined ? '—' : withSign(number(amount)));

export const signedMoney = (amount) => (amount === null || amount === undefined ? '—' : withSign(signed(amount)));

/** A change in percent: +1.25 %. */
export const percent = (value, decimals = 2) => (value === null || value === undefined ? '—' : `${signed(value, decimals)}\u00a0%`);
