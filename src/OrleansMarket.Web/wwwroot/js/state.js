/**
 * What the page knows. Every price is kept with the moment it was received, so that its age can be told at any time.
 */
export const state = {
  /** Symbol lines by name, in the order of the server: { ...overview, receivedAt }. */
  symbols: new Map(),
  selected: null,
  interval: '1m',
  source: null,
  streamIsStale: false,
};

const listeners = new Map();

/** Calls back whenever something happened: symbols, selected, source, stream. */
export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) {
    listener(detail);
  }
}

export function putSymbol(overview) {
  state.symbols.set(overview.symbol, { ...overview, receivedAt: performance.now() });
}

/** The age of a line's price in ms, or null before the first trade. */
export function ageOf(line) {
  return line === undefined || line.lastTradeAgeMs === null ? null : line.lastTradeAgeMs + (performance.now() - line.receivedAt);
}

/** Whether a price must not be taken as current: the server says so, or we have not heard from the server. */
export const isStale = (line) => line === undefined || line.isStale || state.streamIsStale;

export const decimalsOf = (symbol) => state.symbols.get(symbol)?.priceDecimals ?? 2;

/** Takes another symbol or interval and writes it into the address, so that a link shows the same. */
export function select(symbol, interval = state.interval) {
  const changed = symbol !== state.selected || interval !== state.interval;
  state.selected = symbol;
  state.interval = interval;
  if (changed) {
    const address = new URL(location.href);
    address.searchParams.set('symbol', symbol);
    address.searchParams.set('interval', interval);
    history.replaceState(null, '', address);
    emit('selected');
  }
}
