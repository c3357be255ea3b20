import { get } from './api.js';
import { $, h } from './dom.js';
import * as format from './format.js';
import { Reading } from './reading.js';
import { decimalsOf, on, select, state } from './state.js';

const KEPT = 150;
const reading = new Reading();
let whales = [];

const keyOf = (whale) => `${whale.symbol}/${whale.firstId}`;

function item(whale) {
  const side = whale.taker === 'buy' ? 'up' : 'down';
  const value = whale.notionalUsd === null ? `${format.compact(whale.quoteAmount)} ${state.symbols.get(whale.symbol)?.quoteAsset || 'quote'}` : `$${format.compact(whale.notionalUsd)}`;
  const size = Math.min(1, (whale.notionalUsd ?? whale.quoteAmount) / (6 * whale.threshold));
  return h(`li.${side}`, { dataset: { key: keyOf(whale) }, style: { '--size': size }, on: { click: () => select(whale.symbol) } },
    h('time', { dateTime: whale.tradeTime, title: format.instant(whale.tradeTime) }, format.clock(whale.tradeTime)),
    h('span.what', null, h('button.link-like', { type: 'button' }, whale.symbol), h('small', null, ` ${whale.taker === 'buy' ? '▲ bought' : '▼ sold'}`)),
    h('span.value', null, value),
    h('span.detail', null,
      `${format.amount(whale.quantity)} at ${format.number(whale.averagePrice, decimalsOf(whale.symbol))} · ${whale.levels} ${whale.levels === 1 ? 'level' : 'levels'}`,
      whale.impactPercent !== null && ` · ${format.signed(whale.impactPercent, 3)} %`,
      whale.revised && ' · revised'));
}

function render() {
  const shown = $('whales-one').checked ? whales.filter((whale) => whale.symbol === state.selected) : whales;
  $('whale-list').replaceChildren(...(shown.length === 0
    ? [h('li.empty', null, 'No whale sweeps yet. A sweep is an estimate of one taker order.')]
    : shown.map(item)));
}

export const loadWhales = () => reading.read(() => get('/whales', { limit: KEPT }), (answer, told) => {
  whales = answer.whales;
  told.forEach(put);
  render();
});

/** Answers whether it is one that was known. */
function put(whale) {
  const old = whales.findIndex((other) => keyOf(other) === keyOf(whale));
  whales = [whale, ...whales.filter((_, index) => index !== old)].sort((a, b) => (a.tradeTime < b.tradeTime ? 1 : -1)).slice(0, KEPT);
  return old >= 0;
}

export function onWhale(whale) {
  reading.tell(whale);
  if (put(whale) || whales[0] !== whale || $('whales-one').checked || whales.length < 2) {
    render();
    return;
  }

  const list = $('whale-list');
  const entry = item(whale);
  entry.classList.add('new');
  list.prepend(entry);
  while (list.children.length > KEPT) {
    list.lastElementChild.remove();
  }
}

export function startWhales() {
  $('whales-one').addEventListener('change', render);
  on('selected', () => $('whales-one').checked && render());
}
