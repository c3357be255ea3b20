import { $, fill, h, setText, show } from '../dom.js';
import { direction, duration, words } from '../format.js';
import { state } from '../state.js';
import { percent, signedUsd, usd } from './money.js';

const prices = new Map();
const rows = new Map();
let listed = [];

/** Says which assets the table has, in their order. The stream tells of every asset that somebody watches. */
export function listAssets(assets) {
  listed = assets;
}

/** Keeps a price with the moment it was received, so that its age can be told at any time. */
export function putPrice(price) {
  prices.set(price.asset, { ...price, receivedAt: performance.now() });
}

export const priceOf = (asset) => prices.get(asset);

/** The price received last. */
export const newest = () => [...prices.values()].reduce((last, price) => (last && last.receivedAt > price.receivedAt ? last : price), undefined);

/** The age of a price in ms now, or null without one. */
export const ageOf = (price) => (price === undefined || price.ageMs === null ? null : price.ageMs + (performance.now() - price.receivedAt));

/** How far a price may be trusted now: nothing that we no longer hear of counts as fresh. */
export const qualityOf = (price) => (price === undefined || price.price === null ? 'missing' : state.streamIsStale || price.isStale ? 'stale' : price.quality);

export const ageText = (price) => {
  const age = ageOf(price);
  return age === null ? 'no price yet' : qualityOf(price) === 'stale' ? `stale ${duration(age)}` : duration(age);
};

/** Marks an element for a moment when its price moved. */
export function flash(element, before, now) {
  if (before !== null && before !== undefined && now !== null && before !== now) {
    element.dataset.flash = '';
    void element.offsetWidth;
    element.dataset.flash = now > before ? 'up' : 'down';
  }
}

function build(asset) {
  const cells = {
    price: h('b.price', null, '—'), age: h('span.age', null, ''), change: h('td.num.moves', null, '—'), percent: h('td.num.moves', null, '—'),
    quality: h('i.tag.quality', null, ''), source: h('small', null, ''),
  };
  const row = h('tr', { dataset: { asset } },
    h('th', { scope: 'row' }, h('b', null, asset)),
    h('td.num', null, cells.price, cells.age), cells.change, cells.percent,
    h('td', null, cells.quality, ' ', cells.source));
  row.cells_ = cells;
  row.last = null;
  return row;
}

function update(row, price) {
  const cells = row.cells_;
  setText(cells.price, usd(price.price));
  flash(cells.price, row.last, price.price);
  row.last = price.price;
  setText(cells.change, signedUsd(price.change24h, price.price ?? 0));
  setText(cells.percent, percent(price.change24hPercent));
  cells.change.className = cells.percent.className = `num moves ${direction(price.change24hPercent)}`;
  setText(cells.source, `${price.source ?? ''}${price.quality === 'agreed' ? ` +${price.sources.length - 1}` : ''}`);
  cells.source.title = price.sources.length > 1 ? `Sources that agree: ${price.sources.join(', ')}` : '';
  row.title = price.note ?? '';
}

export function renderPrices() {
  if ([...rows.keys()].join() !== listed.join()) {
    const known = new Map(rows);
    rows.clear();
    listed.forEach((asset) => rows.set(asset, known.get(asset) ?? build(asset)));
    fill($('price-rows'), ...rows.values());
  }

  for (const [asset, row] of rows) {
    update(row, prices.get(asset));
  }

  show($('prices-empty'), rows.size === 0);
  tickPrices();
}

/** Writes ages and what they mean, several times a second. */
export function tickPrices() {
  for (const [asset, row] of rows) {
    const price = prices.get(asset);
    const quality = qualityOf(price);
    setText(row.cells_.age, ageText(price));
    setText(row.cells_.quality, words(quality));
    row.dataset.quality = row.cells_.quality.dataset.quality = quality;
  }
}
