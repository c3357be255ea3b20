import { loadAlerts, onAlert, startAlerts } from './alerts.js';
import { get } from './api.js';
import { renderBanner } from './banner.js';
import { INTERVALS, loadChart, markInterval, onCandle, onChartAlert, onChartWhale, paint, startChart } from './chart.js';
import { $, setText } from './dom.js';
import { loadGaps, loadLetters, loadPipeline } from './quality.js';
import { refreshFigures, renderQuote, startQuote, tickQuote } from './quote.js';
import { loadRules, startRules } from './rules.js';
import { startSession } from './session.js';
import { on, putSymbol, select, state } from './state.js';
import { Stream } from './stream.js';
import { loadTrends, renderSymbol, renderSymbols, startSymbols, tickAges } from './symbols.js';
import { onOpen, openTab, startTabs } from './tabs.js';
import { startTheme } from './theme.js';
import { loadWhales, onWhale, startWhales } from './whales.js';

const AGES_MS = 250;
const PIPELINE_MS = 3000;
const link = { state: 'connecting', detail: '', silence: 0 };

const stream = new Stream({
  hello(hello) {
    state.source = hello.source;
    reload(); // What happened before the stream was open is told to nobody.
  },
  event(kind, data) {
    switch (kind) {
      case 'market':
        putSymbol(data.market);
        renderSymbol(data.symbol);
        if (data.symbol === state.selected) {
          renderQuote();
        }

        break;
      case 'candle':
        onCandle(data.symbol, data.candle);
        break;
      case 'whale':
        onWhale(data.whale);
        onChartWhale(data.whale);
        break;
      case 'alert':
        onAlert(data.alert);
        onChartAlert(data.alert);
        break;
      case 'gap':
        refresh();
        break;
      case 'heartbeat':
        state.source = data.source;
        break;
    }
  },
  state(name, detail = '') {
    [link.state, link.detail] = [name, detail];
    tick();
  },
});

function tick() {
  link.silence = stream.silence;
  state.streamIsStale = stream.isStale;
  const element = $('link');
  element.dataset.state = state.streamIsStale ? 'stale' : link.state;
  setText($('link-text'), link.state === 'open' && !state.streamIsStale ? 'streaming' : link.state === 'connecting' ? 'connecting' : 'reconnecting');
  element.title = link.detail;
  document.documentElement.dataset.stale = state.streamIsStale;
  tickAges();
  tickQuote();
  renderBanner(link);
}

function follow() {
  stream.follow(`/stream?kinds=market,candle,whale,alert,gap&focus=${encodeURIComponent(state.selected)}&interval=${state.interval}`);
}

async function readSymbols() {
  const answer = await get('/symbols');
  state.source = answer.source;
  answer.symbols.forEach(putSymbol);
  renderSymbols();
}

/** What is not streamed, or must be read anew after a pause. */
async function refresh() {
  if (document.hidden) {
    return;
  }

  const open = openTab();
  await Promise.allSettled([loadPipeline(), open === 'gaps' && loadGaps(), open === 'letters' && loadLetters()]);
}

async function reload() {
  await Promise.allSettled([readSymbols(), loadChart(), loadWhales(), loadAlerts(), refresh(), refreshFigures()]);
  renderQuote();
}

function wanted() {
  const parameters = new URLSearchParams(location.search);
  const symbol = parameters.get('symbol')?.toUpperCase();
  const interval = parameters.get('interval');
  return [state.symbols.has(symbol) ? symbol : state.symbols.keys().next().value, interval in INTERVALS ? interval : '1m'];
}

async function start() {
  startTabs();
  startChart();
  startTheme(paint);
  startSymbols();
  startQuote();
  startWhales();
  startAlerts();
  startRules();
  onOpen('pipeline', loadPipeline);
  onOpen('gaps', loadGaps);
  onOpen('letters', loadLetters);
  onOpen('rules', loadRules);
  for (const button of document.querySelectorAll('[data-close]')) {
    button.addEventListener('click', () => button.closest('dialog').close());
  }

  on('selected', () => {
    markInterval();
    renderQuote();
    loadChart();
    refreshFigures();
    follow();
  });
  startSession();
  for (let pause = 500; ; pause = Math.min(10000, pause * 2)) {
    try {
      await readSymbols();
      if (state.symbols.size > 0) {
        break;
      }
    } catch (error) {
      setText($('symbols-empty'), `The server cannot be asked: ${error.text ?? error.message}. Trying again …`);
    }

    await new Promise((resolve) => setTimeout(resolve, pause));
  }

  select(...wanted());
  setInterval(tick, AGES_MS);
  setInterval(refresh, PIPELINE_MS);
  await Promise.allSettled([loadWhales(), loadAlerts(), refresh()]);
  document.documentElement.dataset.ready = 'true';
  loadTrends();
}

start();
