import { get } from '../api.js';
import { $, fill, h, setText } from '../dom.js';
import { clock, duration, number, percent, words } from '../format.js';
import { usd } from './money.js';
import { newest } from './prices.js';

const LASTS_MS = 15_000;
const VALID = { true: ['yes', 'yes'], false: ['no', 'no'] };
let shown = null;
let receivedAt = 0;
let ticked = 0;

const older = () => performance.now() - receivedAt;

const ageOf = (line, source) => duration(line.ages_ms[source] + older());

const others = (line) => Object.entries(line.prices).filter(([source]) => !/^(binance|coingecko)/.test(source) && !(source === 'stream' && line.binance_price !== null)).map(([source, price]) => `${source} ${usd(price)} (${ageOf(line, source)})`).join(', ') || '—';

/** A price with its age. */
const aged = (line, price, source) => h('td.num', null, usd(price), price !== null && h('span.age', null, ageOf(line, source)));

const deviation = (line) => (line.deviation_pct === null ? '—' : `${number(line.deviation_pct, 3)}\u00a0%`);

const reads = (cache) => `${words(cache.cache.replaceAll('_', ' '))} ${cache.requests === 0 ? 'not read yet' : `${percent(cache.hitRate)} of ${number(cache.requests, 0)} reads`}`;

/** What the dollar prices of pairs in USDT rest on. */
function dollars() {
  const rate = newest()?.usdtRate;
  return rate === undefined ? '' : rate.source === 'assumed' ? ' · USDT taken as $1, no source measures it' : ` · 1 USDT = $${number(rate.rate, 4)} by ${rate.source.replaceAll('+', ', ')}`;
}

function renderRows() {
  ticked = Math.floor(older() / 1000);
  fill($('quality-rows'), ...shown.assets.map((line) => {
    const [valid, kind] = VALID[line.is_valid] ?? [words(line.quality), ''];
    return h('tr', { dataset: { asset: line.symbol, quality: line.quality }, title: line.note ?? '' },
      h('th', { scope: 'row' }, h('b', null, line.symbol)),
      aged(line, line.binance_price, line.binance_price === line.prices.stream ? 'stream' : 'binance'),
      aged(line, line.coingecko_price, 'coingecko'),
      h('td.wide.detail', null, others(line)),
      h('td.num.wide', null, deviation(line)),
      h('td', null, kind === '' ? h('i.tag.quality', { dataset: { quality: line.quality } }, valid) : h('span', { className: kind }, valid), line.deviation_pct !== null && h('small.narrow', null, deviation(line))),
      h('td.num', null, usd(line.recommended_price)));
  }));
}

/** Says of which moment the table is, lets its ages go on by the second, and dims it when nothing newer comes. */
export function tickQuality() {
  if (shown === null) {
    return;
  }

  setText($('quality-basis'), `As of ${clock(shown.asOf)} UTC${dollars()}`);
  $('quality').dataset.old = older() > LASTS_MS;
  if (Math.floor(older() / 1000) !== ticked) {
    renderRows();
  }
}

/** The table of agreement between sources, and how sources and caches do. */
export async function loadQuality() {
  shown = await get('/api/quality');
  receivedAt = performance.now();
  setText($('threshold'), `sources agree within ${number(shown.priceDeviationThreshold * 100, 2)} %`);
  renderRows();
  fill($('source-list'), ...shown.sources.map((source) => h('li', { dataset: { ok: source.state === 'ok' }, title: source.error ?? '' },
    h('b', null, source.source), ` ${source.state}`)));
  setText($('cache-list'), shown.caches.length === 0 ? ''
    : `Answered from memory: ${shown.caches.map(reads).join(' · ')}${shown.silent.length > 0 ? ` (without ${shown.silent.join(', ')})` : ''}`);
  tickQuality();
}
