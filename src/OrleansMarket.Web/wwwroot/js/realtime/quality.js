import { get } from '../api.js';
import { $, fill, h, setText } from '../dom.js';
import { number, percent, words } from '../format.js';
import { usd } from './money.js';

const VALID = { true: ['yes', 'yes'], false: ['no', 'no'] };

const others = (line) => Object.entries(line.prices).filter(([source]) => !/^(binance|coingecko)/.test(source) && !(source === 'stream' && line.binance_price !== null)).map(([source, price]) => `${source} ${usd(price)}`).join(', ') || '—';

const deviation = (line) => (line.deviation_pct === null ? '—' : `${number(line.deviation_pct, 3)}\u00a0%`);

const reads = (cache) => `${words(cache.cache.replaceAll('_', ' '))} ${cache.requests === 0 ? 'not read yet' : `${percent(cache.hitRate)} of ${number(cache.requests, 0)} reads`}`;

/** The table of agreement between sources, and how sources and caches do. */
export async function loadQuality() {
  const answer = await get('/api/quality');
  setText($('threshold'), `sources agree within ${number(answer.priceDeviationThreshold * 100, 2)} %`);
  fill($('quality-rows'), ...answer.assets.map((line) => {
    const [valid, kind] = VALID[line.is_valid] ?? [words(line.quality), ''];
    return h('tr', { dataset: { asset: line.symbol, quality: line.quality }, title: line.note ?? '' },
      h('th', { scope: 'row' }, h('b', null, line.symbol)),
      h('td.num', null, usd(line.binance_price)),
      h('td.num', null, usd(line.coingecko_price)),
      h('td.wide.detail', null, others(line)),
      h('td.num.wide', null, deviation(line)),
      h('td', null, kind === '' ? h('i.tag.quality', { dataset: { quality: line.quality } }, valid) : h('span', { className: kind }, valid), line.deviation_pct !== null && h('small.narrow', null, deviation(line))),
      h('td.num', null, usd(line.recommended_price)));
  }));
  fill($('source-list'), ...answer.sources.map((source) => h('li', { dataset: { ok: source.state === 'ok' }, title: source.error ?? '' },
    h('b', null, source.source), ` ${source.state}`)));
  setText($('cache-list'), answer.caches.length === 0 ? ''
    : `Answered from memory: ${answer.caches.map(reads).join(' · ')}${answer.silent.length > 0 ? ` (without ${answer.silent.join(', ')})` : ''}`);
}
