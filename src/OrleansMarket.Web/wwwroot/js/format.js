const MINUS = '−';
const cache = new Map();

function write(value, decimals, most, signDisplay) {
  if (value === null || value === undefined) {
    return '—';
  }

  const key = `${decimals} ${most} ${signDisplay}`;
  if (!cache.has(key)) {
    cache.set(key, new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: most, signDisplay }));
  }

  return cache.get(key).format(value).replace('-', MINUS);
}

/** A number with a fixed number of decimals, or more up to another number of them where it has them; a dash when there is none. What is rounded to zero has no sign. */
export const number = (value, decimals = 2, most = decimals) => write(value, decimals, most, 'negative');

/** A number with its sign. */
export const signed = (value, decimals = 2, most = decimals) => write(value, decimals, most, 'exceptZero');

/** A fraction as a percentage, in one piece. */
export const percent = (fraction, decimals = 0) => (fraction === null || fraction === undefined ? '—' : `${number(fraction * 100, decimals)}\u00a0%`);

/** A large amount in few characters. */
export function compact(value) {
  if (value === null || value === undefined) {
    return '—';
  }

  const size = Math.abs(value);
  const [divisor, suffix] = size >= 1e9 ? [1e9, 'B'] : size >= 1e6 ? [1e6, 'M'] : size >= 1e4 ? [1e3, 'k'] : [1, ''];
  const scaled = value / divisor;
  return number(scaled, suffix === '' || Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2) + suffix;
}

/** An amount of anything, with as many digits as it deserves. */
export function amount(value) {
  const size = Math.abs(value ?? 0);
  return size >= 1e4 ? compact(value) : number(value, size >= 100 ? 1 : size >= 1 ? 3 : 5);
}

/** An age or duration in ms, in one unit. */
export function duration(ms) {
  if (ms === null || ms === undefined) {
    return '—';
  }

  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }

  return seconds < 100 ? `${Math.floor(seconds)} s`
    : seconds < 6000 ? `${Math.floor(seconds / 60)} min`
    : seconds < 172800 ? `${Math.floor(seconds / 3600)} h`
    : `${Math.floor(seconds / 86400)} d`;
}

/** Milliseconds of latency. */
export const latency = (ms) => (ms === null || ms === undefined ? '—' : Math.abs(ms) >= 1000 ? `${number(ms / 1000, 2)} s` : `${number(ms, Math.abs(ms) < 10 ? 2 : Math.abs(ms) < 100 ? 1 : 0)} ms`);

/** What an alert rule watches, with its unit, as messages write it. */
export function reading(signal, value, write = number) {
  switch (signal) {
    case 'price-move-1m': case 'price-move-5m': case 'price-move-1h': case 'source-deviation': return `${write(value)}\u00a0%`;
    case 'volatility-1h': case 'volatility-24h': case 'volatility-ewma': case 'buy-share-1m': case 'buy-share-5m': case 'buy-share-1h': return percent(value, 1);
    case 'volume-spike': return `z ${number(value, 1)}`;
    case 'whale-notional': return `$${compact(value)}`;
    case 'stale-feed': case 'gap-open': case 'lag': return `${number(value, 0, 1)} s`;
    case 'dead-letter-rate': return `${number(value, 0, 2)} per 1,000 frames`;
    default: return number(value, Math.abs(value) >= 1000 ? 0 : 2);
  }
}

/** The time of day in UTC. */
export const clock = (iso) => iso.slice(11, 19);

/** Day and time in UTC, in full. */
export const instant = (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 23).replace('Z', '')} UTC`;

/** Which way a number points, for colour and sign. */
export const direction = (value) => (value > 0 ? 'up' : value < 0 ? 'down' : 'flat');

/** A wire name for people: price-move-5m becomes price move 5m. */
export const words = (name) => name.replaceAll('-', ' ');
