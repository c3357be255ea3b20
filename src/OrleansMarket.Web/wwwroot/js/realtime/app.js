import { get } from '../api.js';
import { renderBanner } from '../banner.js';
import { $, setText } from '../dom.js';
import { clock } from '../format.js';
import { state } from '../state.js';
import { Stream } from '../stream.js';
import { startTheme } from '../theme.js';
import { loadPortfolio, missPortfolio, startPortfolio, tickPortfolio } from './portfolio.js';
import { listAssets, putPrice, renderPrices, tickPrices } from './prices.js';
import { loadQuality, tickQuality } from './quality.js';
import { renderWidget, tickWidget } from './widget.js';

const AGES_MS = 250;
const POLL_MS = 5000;
const link = { state: 'connecting', detail: '', silence: 0, heard: null };
let streamedAt = -Infinity;

/** Notes that the server was heard, over whichever way. */
function heard() {
  link.heard = performance.now();
  setText($('updated'), `Last updated ${clock(new Date().toISOString())} UTC`);
}

function take(prices) {
  prices.forEach(putPrice);
  heard();
  renderWidget();
  renderPrices();
}

const stream = new Stream({
  hello(hello, again) {
    state.source = hello.source;
    if (again) {
      refresh();
    }
  },
  event(kind, data) {
    if (kind === 'price') {
      streamedAt = performance.now();
      take([data.price]);
    } else if (kind === 'heartbeat') {
      state.source = data.source;
    }
  },
  state(name, detail = '') {
    [link.state, link.detail] = [name, detail];
    tick();
  },
});

const isStreaming = () => link.state === 'open' && !stream.isStale;

async function readPrices() {
  const answer = await get('/api/prices');
  state.source = answer.source;
  listAssets(answer.prices.map((price) => price.asset));
  take(answer.prices);
}

const troubleOf = (error) => `The server cannot be asked: ${error.text ?? error.message}. Trying again …`;

/** Reads parts of the page, each for itself; one that was never there says why. */
async function read(...parts) {
  const [prices, , portfolio] = await Promise.allSettled(parts);
  if (prices.status === 'rejected') {
    setText($('prices-empty'), troubleOf(prices.reason));
  }

  if (portfolio.status === 'rejected') {
    missPortfolio(troubleOf(portfolio.reason));
  }

  tick();
}

/** Everything that is not streamed; and the prices as well, while the stream brings none. */
async function refresh() {
  if (document.hidden) {
    return;
  }

  await read(!(isStreaming() && performance.now() - streamedAt < POLL_MS) && readPrices(), loadQuality(), loadPortfolio());
}

function tick() {
  // Polling stands in for the stream, so only silence on both ways makes the page stale.
  const silence = link.heard === null ? stream.silence : Math.min(stream.silence, performance.now() - link.heard);
  link.silence = silence;
  state.streamIsStale = stream.isStale && silence > 2 * POLL_MS + 1000;
  $('link').dataset.state = state.streamIsStale ? 'stale' : isStreaming() ? 'open' : 'lost';
  $('link').title = link.detail;
  setText($('link-text'), isStreaming() ? 'streaming' : state.streamIsStale ? 'reconnecting' : link.state === 'connecting' ? 'connecting' : 'polling every 5 s');
  document.documentElement.dataset.stale = state.streamIsStale;
  renderBanner(link);
  tickWidget();
  tickPrices();
  tickQuality();
  tickPortfolio();
}

async function start() {
  startTheme(() => {});
  startPortfolio();
  stream.follow('/stream?kinds=price');
  setInterval(tick, AGES_MS);
  setInterval(refresh, POLL_MS);
  document.addEventListener('visibilitychange', refresh);
  await read(readPrices(), loadQuality(), loadPortfolio());
  document.documentElement.dataset.ready = 'true';
}

start();
