import { get } from './api.js';
import { $, h, setText } from './dom.js';
import * as format from './format.js';
import { ageOf, isStale, state } from './state.js';

const REFRESH_MS = 5000;
const WHY = {
  'no-data': 'no data yet', 'not-enough-history': 'too little history', 'not-enough-activity': 'too few trades', undefined: 'undefined', 'no-usd-rate': 'no USD rate',
};

const fact = (term, value, className = '', title = '') => h('div', { title }, h('dt', null, term), h('dd', { className }, value));

/** The selected symbol's headline. */
export function renderQuote() {
  const line = state.symbols.get(state.selected);
  if (line === undefined) {
    return;
  }

  setText($('chart-title'), line.baseAsset ? `${line.baseAsset}/${line.quoteAsset}` : line.symbol);
  setText($('quote-value'), format.number(line.lastPrice, line.priceDecimals));
  $('quote-value').className = format.direction(line.change24hPercent);
  $('quote-facts').replaceChildren(
    fact('24 h', line.change24hPercent === null ? '—' : `${format.signed(line.change24hPercent)} %`, format.direction(line.change24hPercent), 'Price change over 24 hours'),
    fact('24 h volume', line.quoteVolume24h === null ? '—' : `${format.compact(line.quoteVolume24h)} ${line.quoteAsset}`, '', 'Quote volume over 24 hours'),
    fact('Volatility 1 h', format.percent(line.volatility1h), '', 'Realised, annualised'),
    fact('Buy share 5 m', format.percent(line.buyShare5m), '', 'Taker bought over all volume'),
    fact('Spike', format.number(line.volumeSpike, 1), line.volumeSpike >= 3.5 ? 'hot' : '', "Robust z-score of the last minute's volume"));
  tickQuote();
}

/** The headline's age, several times a second. */
export function tickQuote() {
  const line = state.symbols.get(state.selected);
  const age = ageOf(line);
  const stale = line !== undefined && age !== null && isStale(line);
  $('quote-price').dataset.stale = stale;
  setText($('quote-age'), age === null ? 'no trade yet' : stale ? `STALE · ${format.duration(age)} old` : `${format.duration(age)} ago`);
}

const figure = (value, text) => (value.status === 'ok' ? text(value.value) : h('span.why', null, WHY[value.status] ?? value.status));

function flowBar(flow) {
  const share = flow.buyShare.status === 'ok' ? flow.buyShare.value : null;
  return h('div.flow', { title: `Takers bought ${format.amount(flow.takerBuyVolume)} and sold ${format.amount(flow.takerSellVolume)} over ${flow.window}` },
    h('span', null, flow.window),
    h('span.bar', { ariaHidden: 'true' }, h('i', { style: { '--share': share ?? 0.5 }, dataset: { none: share === null } })),
    h('span', null, figure(flow.buyShare, (value) => format.percent(value))));
}

async function refresh() {
  const symbol = state.selected;
  if (symbol === null || document.hidden) {
    return;
  }

  let answer;
  try {
    answer = await get(`/market/${encodeURIComponent(symbol)}`);
  } catch {
    return;
  }

  if (symbol !== state.selected) {
    return;
  }

  const { figures, counts, settledTo } = answer.market;
  const { volatility, whale, spike } = figures;
  const vol = (value) => figure(value, (fraction) => format.percent(fraction, 1));
  const settled = settledTo === null ? 'not settled yet' : `settled to ${format.clock(settledTo)} UTC`;
  $('figures').replaceChildren(
    h('section', null, h('h3', null, 'Price change'),
      h('dl', null, ...Object.entries(figures.priceChangePercent).map(([name, value]) => fact(name, figure(value, (number) => `${format.signed(number)} %`), value.status === 'ok' ? format.direction(value.value) : '')))),
    h('section', null, h('h3', null, 'Volatility, annualised'),
      h('dl', null,
        fact('5 m', vol(volatility.realised5m), '', 'Realised, 1-second returns: noisy'),
        fact('1 h', vol(volatility.realised1h), '', 'Realised, 1-minute returns'),
        fact('24 h', vol(volatility.realised24h), '', 'Realised, 1-minute returns'),
        fact('EWMA', vol(volatility.ewma), '', 'λ 0.94 per minute'))),
    h('section', null, h('h3', null, 'Taker flow, buy share'), ...figures.flow.map(flowBar)),
    h('section', null, h('h3', null, 'Volume and whales'),
      h('dl', null,
        fact('Minute', format.compact(spike.quoteVolume), '', 'Quote volume of the last complete minute'),
        fact('Median', format.compact(spike.medianQuoteVolume), '', spike.isSeasonal ? 'Of this hour of the week, over four weeks' : 'Of the previous 1,440 minutes'),
        fact('Whale from', `${format.compact(whale.threshold)} ${whale.unit}`, '', whale.isFloor ? 'The floor decides' : `99.5 % quantile of ${whale.sweeps} sweeps`),
        fact('Trades', format.compact(counts.trades), '', `${counts.duplicates} duplicates, ${counts.late} late, ${counts.repairedIds} repaired; ${settled}`))));
}

export function startQuote() {
  setInterval(refresh, REFRESH_MS);
}

export { refresh as refreshFigures };
