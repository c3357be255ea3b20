const MINUS = '−';
const cache = new Map();

function formatter(decimals) {
  if (!cache.has(decimals)) {
    cache.set(decimals, new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  }

  return cache.get(decimals);
}

const tidy = (text) => text.replace('-', MINUS);

/** A number with a fixed number of decimals; a dash when there is none. */
export const number = (value, decimals = 2) => (value === null || value === undefined ? '—' : tidy(formatter(decimals).format(value)));

/** A number with its sign. */
export const signed = (value, decimals = 2) => (value === null || value === undefined ? '—' : (value > 0 ? '+' : '') + number(value, decimals));

/** A fraction as a percentage. */
export const percent = (fraction, decimals = 0) => (fraction === null || fraction === undefined ? '—' : `${number(fraction * 100, decimals)} %`);

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

/** The time of day in UTC. */
export const clock = (iso) => iso.slice(11, 19);

/** Day and time in UTC, in full. */
export const instant = (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 23).replace('Z', '')} UTC`;

/** Which way a number points, for colour and sign. */
export const direction = (value) => (value > 0 ? 'up' : value < 0 ? 'down' : 'flat');

/** A wire name for people: price-move-5m becomes price move 5m. */
export const words = (name) => name.replaceAll('-', ' ');
