import { $, fill, h, setText, show } from '../dom.js';
import { compact, direction, latency, words } from '../format.js';
import { percent, signedUsd, usd } from './money.js';
import { ageText, flash, priceOf, qualityOf } from './prices.js';

const ASSET = 'BTC';
const ARROWS = { up: ['▲', 'rising over 24 hours'], down: ['▼', 'falling over 24 hours'], flat: ['▬', 'unchanged over 24 hours'] };
let last = null;

export function renderWidget() {
  const price = priceOf(ASSET);
  if (price === undefined) {
    return;
  }

  setText($('btc-price'), usd(price.price));
  flash($('btc-price'), last, price.price);
  last = price.price;
  const trend = price.change24hPercent === null ? null : direction(price.change24hPercent);
  const [arrow, meaning] = ARROWS[trend] ?? ['·', 'no trend yet'];
  setText($('btc-arrow'), arrow);
  $('btc-arrow').className = `arrow ${trend ?? ''}`;
  $('btc-arrow').setAttribute('aria-label', meaning);
  setText($('btc-change'), price.change24hPercent === null ? '—' : `${signedUsd(price.change24h, price.price ?? 0)} (${percent(price.change24hPercent)})`);
  $('btc-change').className = `moves ${trend ?? ''}`;
  setText($('btc-volume'), price.volumeUsd24h === null && price.volume24h === null ? '—'
    : `${price.volumeUsd24h === null ? '' : `$${compact(price.volumeUsd24h)}`}${price.volume24h === null ? '' : `${price.volumeUsd24h === null ? '' : ' · '}${compact(price.volume24h)} BTC`}`);
  setText($('btc-source24h'), price.source24h ? `at ${price.source24h}` : '');
  setText($('btc-latency'), price.latencyMs === null ? (price.price === null ? '—' : 'live stream') : latency(price.latencyMs));
  fill($('btc-source'), price.source ?? '—', price.quality === 'agreed' && h('small', null, `and ${price.sources.length - 1} more that ${price.sources.length === 2 ? 'agrees' : 'agree'}`));
  $('btc-source').title = price.sources.join(', ');
  setText($('btc-note'), price.note ?? '');
  show($('btc-note'), Boolean(price.note));
  tickWidget();
}

export function tickWidget() {
  const price = priceOf(ASSET);
  const quality = qualityOf(price);
  $('btc').dataset.quality = $('btc-quality').dataset.quality = quality;
  setText($('btc-quality'), price === undefined ? 'waiting' : words(quality));
  setText($('btc-age'), price === undefined ? 'no price yet' : `${ageText(price)}${price.price === null ? '' : ' old'}`);
}
