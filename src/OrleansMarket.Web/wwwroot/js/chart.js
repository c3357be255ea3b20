import {
  CandlestickSeries, ColorType, CrosshairMode, HistogramSeries, createChart, createSeriesMarkers,
} from '../lib/lightweight-charts.mjs';
import { get } from './api.js';
import { $, h, setText, show } from './dom.js';
import * as format from './format.js';
import { decimalsOf, select, state } from './state.js';

export const INTERVALS = { '1s': 1, '1m': 60, '5m': 300, '15m': 900, '1h': 3600, '4h': 14400, '1d': 86400 };
const PAGE = 500;
const MAX_HOLES = 2000;
const LABELLED = 4; // A whale of this many thresholds carries its size on the chart,
const APART = 10; // unless a larger one fewer candles away carries its own: labels do not cover each other.

const view = {
  chart: null, candles: null, volume: null, markers: null,
  data: new Map(), whales: [], alerts: [], first: null, atBeginning: false, loading: 0, busy: false, hover: null, told: null,
};

const seconds = (iso) => Math.floor(Date.parse(iso) / 1000);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function palette() {
  return {
    text: colour('--muted'), grid: colour('--grid'), border: colour('--line'), up: colour('--up'), down: colour('--down'),
    upSoft: colour('--up-soft'), downSoft: colour('--down-soft'), faint: colour('--faint'), whale: colour('--accent'), alert: colour('--amber'),
    critical: colour('--down'), repaired: colour('--violet'), panel: colour('--panel'), label: colour('--label'),
  };
}

let colours = null;

/** Takes the colours of the theme. */
export function paint() {
  colours = palette();
  view.chart.applyOptions({
    layout: { background: { type: ColorType.Solid, color: colours.panel }, textColor: colours.text, attributionLogo: false },
    grid: { vertLines: { color: colours.grid }, horzLines: { color: colours.grid } },
    rightPriceScale: { borderColor: colours.border },
    timeScale: { borderColor: colours.border },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: colours.faint, labelBackgroundColor: colours.label },
      horzLine: { color: colours.faint, labelBackgroundColor: colours.label },
    },
  });
  view.candles.applyOptions({
    upColor: colours.up, downColor: colours.down, wickUpColor: colours.up, wickDownColor: colours.down, borderVisible: false, priceLineColor: colours.faint,
  });
  draw();
}

const isDoubtful = (candle) => candle.missingIds > 0 || candle.flags.includes('partial') || candle.flags.includes('mismatched');

function bar(candle) {
  const point = { time: seconds(candle.openTime), open: candle.open, high: candle.high, low: candle.low, close: candle.close };
  const rising = candle.close >= candle.open;
  return isDoubtful(candle) || candle.flags.includes('carried')
    ? { ...point, color: colours.faint, wickColor: colours.faint, borderColor: rising ? colours.up : colours.down }
    : point;
}

const column = (candle) => ({
  time: seconds(candle.openTime), value: candle.volume, color: candle.close >= candle.open ? colours.upSoft : colours.downSoft,
});

/** All points in order, with holes left open: a window without a candle is not drawn over. */
function points() {
  const step = INTERVALS[state.interval];
  const sorted = [...view.data.keys()].sort((a, b) => a - b);
  const bars = [];
  const columns = [];
  let holes = 0;
  let last = null;
  for (const time of sorted) {
    for (let missing = last === null ? time : last + step; missing < time && holes < MAX_HOLES; missing += step) {
      bars.push({ time: missing });
      holes++;
    }

    const candle = view.data.get(time);
    bars.push(bar(candle));
    columns.push(column(candle));
    last = time;
  }

  return { bars, columns, sorted };
}

function draw() {
  const { bars, columns, sorted } = points();
  view.first = sorted[0] ?? null;
  view.data = new Map(sorted.map((time) => [time, view.data.get(time)])); // in order: its end is the newest
  view.candles.setData(bars);
  view.volume.setData(columns);
  drawMarkers();
  legend();
  const chart = $('chart');
  chart.dataset.candles = sorted.length;
  chart.dataset.newest = sorted.at(-1) ?? '';
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }

  return groups.values();
}

function drawMarkers() {
  const step = INTERVALS[state.interval];
  const first = view.first ?? Infinity;
  const windowOf = (iso) => Math.floor(seconds(iso) / step) * step;
  const markers = [];
  for (const [time, candle] of view.data) {
    if (candle.flags.includes('repaired')) {
      markers.push({ time, position: 'aboveBar', shape: 'square', color: colours.repaired, size: 0.5, text: '' });
    }
  }

  const whales = [...grouped(view.whales, (whale) => `${windowOf(whale.tradeTime)} ${whale.taker}`)]
    .map((group) => ({
      time: windowOf(group[0].tradeTime),
      taker: group[0].taker,
      total: group.reduce((sum, one) => sum + (one.notionalUsd ?? one.quoteAmount), 0),
      isLarge: group.some((one) => (one.notionalUsd ?? one.quoteAmount) >= LABELLED * one.threshold),
    }))
    .filter((whale) => whale.time >= first)
    .sort((a, b) => b.total - a.total);
  const labelled = [];
  for (const whale of whales) {
    const isLabelled = whale.isLarge && !labelled.some((other) => other.taker === whale.taker && Math.abs(other.time - whale.time) < APART * step);
    if (isLabelled) {
      labelled.push(whale);
    }

    const mark = { time: whale.time, color: colours.whale, size: whale.isLarge ? 1.2 : 0.7, text: isLabelled ? format.compact(whale.total) : '' };
    markers.push(whale.taker === 'buy' ? { ...mark, position: 'belowBar', shape: 'arrowUp' } : { ...mark, position: 'aboveBar', shape: 'arrowDown' });
  }

  for (const alert of view.alerts) {
    const time = windowOf(alert.fired ?? alert.started);
    if (time >= first && view.data.has(time)) {
      markers.push({ time, position: 'aboveBar', shape: 'circle', color: alert.severity === 'critical' ? colours.critical : colours.alert, size: 1, text: '!' });
    }
  }

  view.markers.setMarkers(markers.sort((a, b) => a.time - b.time));
  $('chart').dataset.markers = markers.length;
  $('chart').dataset.labels = labelled.length;
}

function legend() {
  const candle = view.hover !== null ? view.data.get(view.hover) : [...view.data.values()].at(-1);
  if (!candle) {
    setText($('legend'), '');
    return;
  }

  const decimals = decimalsOf(state.selected);
  const move = (candle.close / candle.open - 1) * 100;
  const marks = [candle.status, ...candle.flags.map(format.words), candle.missingIds > 0 && `${candle.missingIds} ids missing`].filter(Boolean).join(', ');
  $('legend').replaceChildren(
    h('span', null, `${candle.openTime.slice(0, 16).replace('T', ' ')}`),
    ...['open', 'high', 'low', 'close'].map((field) => h('span', null, h('i', null, field[0].toUpperCase()), format.number(candle[field], decimals))),
    h(`span.${format.direction(move)}`, null, `${format.signed(move)} %`),
    h('span', null, h('i', null, 'V'), format.amount(candle.volume)),
    h('span', null, h('i', null, 'N'), format.number(candle.tradeCount, 0)),
    h('span.marks', { dataset: { status: candle.status } }, marks));
}

function note(text) {
  setText($('chart-note'), text ?? '');
  show($('chart-note'), Boolean(text));
}

/** Keeps a candle; answers whether a newer state of it is known already. */
function put(candle) {
  const time = seconds(candle.openTime);
  const known = view.data.get(time);
  if (known && (known.revision > candle.revision || (known.revision === candle.revision && known.lastId > candle.lastId))) {
    return false;
  }

  view.data.set(time, candle);
  return true;
}

const withWhale = (whales, whale) => [whale, ...whales.filter((other) => other.firstId !== whale.firstId)].slice(0, 400);

const withAlert = (alerts, alert) => [alert, ...alerts.filter((other) => other.key !== alert.key)].slice(0, 400);

const isSelected = (symbol, interval = state.interval) => symbol === state.selected && interval === state.interval;

/** Reads everything anew: after a change of symbol or interval, and when the stream is open. */
export async function loadChart() {
  const load = ++view.loading;
  const { selected: symbol, interval } = state;
  const told = { candles: [], whales: [], alerts: [] };
  view.told = told;
  view.atBeginning = false;
  try {
    const [page, whales, alerts] = await Promise.all([
      get('/candles', { symbol, interval, limit: PAGE }), get('/whales', { symbol, limit: 200 }), get('/alerts', { symbol, limit: 200 }),
    ]);
    if (load !== view.loading) {
      return;
    }

    const isNew = view.symbol !== symbol || view.interval !== interval;
    [view.symbol, view.interval] = [symbol, interval];
    view.data.clear();
    [...page.candles, ...told.candles].forEach(put);
    view.whales = told.whales.reduce(withWhale, whales.whales);
    view.alerts = told.alerts.reduce(withAlert, alerts.alerts.filter((alert) => alert.state !== 'pending'));
    const decimals = decimalsOf(symbol);
    view.candles.applyOptions({ priceFormat: { type: 'price', precision: decimals, minMove: 10 ** -decimals } });
    view.chart.applyOptions({ localization: { priceFormatter: (price) => format.number(price, decimals) } });
    view.chart.applyOptions({ timeScale: { timeVisible: interval !== '1d', secondsVisible: interval === '1s' } });
    draw();
    if (isNew) {
      const count = page.candles.length;
      view.chart.timeScale().setVisibleLogicalRange({ from: Math.max(-2, count - (innerWidth < 700 ? 60 : 130)), to: count + 4 });
    }

    note(page.emptyBecause);
  } catch (error) {
    if (load === view.loading) {
      note(`The candles cannot be read: ${error.text ?? error.message}`);
    }
  } finally {
    if (load === view.loading) {
      view.told = null;
    }
  }
}

async function loadOlder() {
  if (view.busy || view.atBeginning || view.first === null) {
    return;
  }

  view.busy = true;
  const load = view.loading;
  try {
    const page = await get('/candles', { symbol: state.selected, interval: state.interval, to: view.first, limit: PAGE });
    if (load === view.loading) {
      view.atBeginning = page.candles.length === 0;
      page.candles.forEach(put);
      if (page.candles.length > 0) {
        draw();
      }
    }
  } catch {
    view.atBeginning = true;
  } finally {
    view.busy = false;
  }
}

/** Takes a live candle: the running one moves, an older one is corrected in place. */
export function onCandle(symbol, candle) {
  if (isSelected(symbol, candle.interval)) {
    view.told?.candles.push(candle);
  }

  if (symbol !== view.symbol || candle.interval !== view.interval || view.data.size === 0) {
    return;
  }

  const time = seconds(candle.openTime);
  const newest = Math.max(...[...view.data.keys()].slice(-3));
  const known = view.data.get(time);
  if (!put(candle)) {
    return;
  }

  if (time > newest + INTERVALS[view.interval] || (time < newest && !known)) {
    draw();
    return;
  }

  view.candles.update(bar(candle), time < newest);
  view.volume.update(column(candle), time < newest);
  $('chart').dataset.candles = view.data.size;
  $('chart').dataset.newest = Math.max(time, newest);
  $('chart').dataset.close = candle.close;
  if (candle.flags.includes('repaired') && !known?.flags.includes('repaired')) {
    drawMarkers();
  }

  if (view.hover === null || view.hover === time) {
    legend();
  }

  note(null);
}

/** Marks a whale of the symbol shown. */
export function onChartWhale(whale) {
  if (isSelected(whale.symbol)) {
    view.told?.whales.push(whale);
  }

  if (whale.symbol === view.symbol) {
    view.whales = withWhale(view.whales, whale);
    drawMarkers();
  }
}

/** Marks an alert of the symbol shown. */
export function onChartAlert(alert) {
  if (alert.state === 'pending') {
    return;
  }

  if (isSelected(alert.symbol)) {
    view.told?.alerts.push(alert);
  }

  if (alert.symbol === view.symbol) {
    view.alerts = withAlert(view.alerts, alert);
    drawMarkers();
  }
}

export function startChart() {
  const container = $('chart');
  view.chart = createChart(container, {
    autoSize: true,
    layout: { attributionLogo: false, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 11 },
    rightPriceScale: { scaleMargins: { top: 0.14, bottom: 0.24 } },
    timeScale: { rightOffset: 4, minBarSpacing: 1.5 },
    localization: { locale: 'en-GB' },
  });
  view.candles = view.chart.addSeries(CandlestickSeries, {});
  view.volume = view.chart.addSeries(HistogramSeries, { priceScaleId: '', priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false });
  view.volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  view.markers = createSeriesMarkers(view.candles, []);
  view.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range && range.from < 10) {
      loadOlder();
    }
  });
  view.chart.subscribeCrosshairMove((move) => {
    view.hover = typeof move.time === 'number' && view.data.has(move.time) ? move.time : null;
    legend();
  });
  $('intervals').append(...Object.keys(INTERVALS).map((interval) => h('button', {
    type: 'button', dataset: { interval }, on: { click: () => select(state.selected, interval) },
  }, interval)));
  paint();
}

/** Shows which interval is chosen. */
export function markInterval() {
  for (const button of $('intervals').children) {
    button.setAttribute('aria-pressed', String(button.dataset.interval === state.interval));
  }
}
