import { get } from './api.js';
import { $, h, setText, show } from './dom.js';
import * as format from './format.js';
import { ageOf, isStale, on, select, state } from './state.js';

const UNUSUAL = 3.5;
const UNKNOWN = 'Not known yet: too little history or too few trades; the figures below the chart say which';
const TRENDS = 30;
const FEW = 16; // Shortly after a start there are few long candles; short ones show more.
const TREND_MS = 300000;
const SVG = 'http://www.w3.org/2000/svg';
const rows = new Map();
let marked = null;

function build(symbol) {
  const cells = {
    pair: h('button.pair', { type: 'button', tabIndex: -1 }, h('b', null, ''), h('small', null, '')),
    price: h('span.price', null, '—'),
    age: h('span.age', null, ''),
    trend: h('td.wide.trend', null),
    change: h('td.num', null, '—'),
    volatility: h('td.num.wide', null, '—'),
    share: h('meter.share', { min: 0, max: 1, ariaLabel: 'Taker buy share' }),
    shareText: h('span', null, '—'),
    spike: h('td.num', null, '—'),
    flags: h('span.flags', null),
  };
  cells.pair.tabIndex = 0;
  const row = h('tr', { dataset: { symbol }, on: { click: () => select(symbol) } },
    h('th', { scope: 'row' }, cells.pair, cells.flags),
    h('td.num', null, cells.price, cells.age),
    cells.trend,
    cells.change,
    cells.volatility,
    h('td.num.wide', null, h('span.sharebox', null, cells.shareText, cells.share)),
    cells.spike);
  row.cells_ = cells;
  row.last = null;
  return row;
}

function flash(row, price) {
  if (row.last !== null && price !== row.last) {
    const cell = row.cells_.price;
    cell.dataset.flash = '';
    void cell.offsetWidth;
    cell.dataset.flash = price > row.last ? 'up' : 'down';
  }

  row.last = price;
}

function update(row, line) {
  const cells = row.cells_;
  setText(cells.pair.firstChild, line.baseAsset || line.symbol);
  setText(cells.pair.lastChild, line.baseAsset ? `/${line.quoteAsset}` : '');
  setText(cells.price, format.number(line.lastPrice, line.priceDecimals));
  flash(row, line.lastPrice);
  setText(cells.change, line.change24hPercent === null ? '—' : `${format.signed(line.change24hPercent)} %`);
  cells.change.className = `num ${format.direction(line.change24hPercent)}`;
  setText(cells.volatility, format.percent(line.volatility1h));
  setText(cells.shareText, format.percent(line.buyShare5m));
  cells.share.value = line.buyShare5m ?? 0.5;
  cells.share.hidden = line.buyShare5m === null;
  setText(cells.spike, format.number(line.volumeSpike, 1));
  cells.spike.className = line.volumeSpike >= UNUSUAL ? 'num hot' : 'num';
  for (const [cell, value] of [[cells.change, line.change24hPercent], [cells.volatility, line.volatility1h], [cells.shareText, line.buyShare5m], [cells.spike, line.volumeSpike]]) {
    cell.title = value === null ? UNKNOWN : '';
  }

  const flags = [
    line.status === 'halted' && ['halted', 'The exchange has halted trading'],
    line.missingIds > 0 && [`${line.missingIds} missing`, 'Trade ids known to be missing; the repair is under way'],
    line.firingAlerts > 0 && [`${line.firingAlerts} firing`, 'Alerts firing now'],
  ].filter(Boolean);
  const key = JSON.stringify(flags);
  if (cells.flags.dataset.key !== key) {
    cells.flags.dataset.key = key;
    cells.flags.replaceChildren(...flags.map(([text, title]) => h('i.flag', { title, dataset: { kind: text.split(' ').at(-1) } }, text)));
  }
}

/** Writes the ages, several times a second: a price is never shown without one. */
export function tickAges() {
  for (const [symbol, row] of rows) {
    const line = state.symbols.get(symbol);
    const age = ageOf(line);
    const stale = isStale(line) && age !== null;
    setText(row.cells_.age, age === null ? 'no trade yet' : stale ? `stale ${format.duration(age)}` : format.duration(age));
    if (row.dataset.stale !== String(stale)) {
      row.dataset.stale = stale;
    }
  }
}

function applyFilter() {
  const wanted = $('filter').value.trim().toUpperCase();
  for (const [symbol, row] of rows) {
    row.hidden = !symbol.includes(wanted);
  }
}

export function renderSymbols() {
  const body = $('symbol-rows');
  for (const [symbol, line] of state.symbols) {
    if (!rows.has(symbol)) {
      const row = build(symbol);
      rows.set(symbol, row);
      body.append(row);
      applyFilter();
    }

    update(rows.get(symbol), line);
  }

  show($('symbols-empty'), rows.size === 0);
  tickAges();
  markSelected();
}

export { loadTrends };

export function renderSymbol(symbol) {
  const row = rows.get(symbol);
  if (row === undefined) {
    renderSymbols();
  } else {
    update(row, state.symbols.get(symbol));
  }
}

function markSelected() {
  if (marked !== null && rows.has(marked)) {
    rows.get(marked).removeAttribute('aria-current');
  }

  marked = state.selected;
  rows.get(marked)?.setAttribute('aria-current', 'true');
}

function drawTrend(cell, candles) {
  const closes = candles.map((candle) => candle.close);
  const [low, high] = [Math.min(...closes), Math.max(...closes)];
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 60 20');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `Closes since ${candles[0].openTime.slice(0, 16).replace('T', ' ')} UTC`);
  const line = document.createElementNS(SVG, 'polyline');
  line.setAttribute('points', closes.map((close, i) => `${(58 * i / Math.max(1, closes.length - 1) + 1).toFixed(1)},${(18 - 16 * (close - low) / (high - low || 1)).toFixed(1)}`).join(' '));
  svg.append(line);
  svg.setAttribute('class', closes.at(-1) >= closes[0] ? 'up' : 'down');
  cell.replaceChildren(svg);
}

/** The last hours of the first symbols as little lines; a decoration, so a failure is not told. */
async function loadTrends() {
  if (document.hidden || matchMedia('(max-width: 759.98px)').matches) {
    return;
  }

  for (const [symbol, row] of [...rows].slice(0, TRENDS)) {
    try {
      let { candles } = await get('/candles', { symbol, interval: '15m', limit: 96 });
      if (candles.length < FEW) {
        ({ candles } = await get('/candles', { symbol, interval: '1m', limit: 240 }));
      }

      if (candles.length > 1) {
        drawTrend(row.cells_.trend, candles);
      }
    } catch {
      return;
    }
  }
}

export function startSymbols() {
  setInterval(loadTrends, TREND_MS);
  on('selected', markSelected);
  $('filter').addEventListener('input', applyFilter);
  $('symbol-rows').addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') {
      return;
    }

    const buttons = [...$('symbol-rows').querySelectorAll('tr:not([hidden]) .pair')];
    const next = buttons[buttons.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
}
