import { get } from '../api.js';
import { $, fill, h, setText, show } from '../dom.js';
import { direction, duration, number, percent as share } from '../format.js';
import { state } from '../state.js';
import { money, percent, signedMoney, usd } from './money.js';

let chosen = new URLSearchParams(location.search).get('portfolio');
let shown = null;
let receivedAt = 0;
let ticked = 0;

/** Without a newer answer for so long nothing that is shown counts as of now. */
const LASTS_MS = 60_000;

const isOld = () => state.streamIsStale || older() > LASTS_MS;

const older = () => performance.now() - receivedAt;

const quantity = (value) => new Intl.NumberFormat('en-US', { maximumSignificantDigits: 10 }).format(value);

/** One figure with what it rests on; one that is not there says why. */
function card(term, figure, text, className = '', unit = 'daily return', more = '') {
  const missing = text === null;
  return h('div', { dataset: { stale: figure.isStale || isOld() }, title: `${figure.sources.join(', ')}` },
    h('dt', null, term),
    h('dd', { className }, missing ? '—' : h('b', null, text),
      h('span.why', null, missing ? figure.reason : `${more}${figure.samples} ${unit}${figure.samples === 1 ? '' : 's'}${figure.ageMs === null ? '' : ` · ${duration(figure.ageMs + older())} old`}${figure.isStale ? ' · stale' : ''}${figure.reason ? ` · ${figure.reason}` : ''}`)));
}

const ratio = (figure, decimals = 1) => (figure.ratio === null ? null : share(figure.ratio, decimals));

const both = (figure) => (figure.usd === null ? null : `${money(figure.usd)}${figure.ratio === null ? '' : ` (${share(figure.ratio, 1)})`}`);

const signedBoth = (figure) => (figure.usd === null ? null : `${signedMoney(figure.usd)}${figure.ratio === null ? '' : ` (${percent(figure.ratio * 100)})`}`);

function renderFigures({ worth, risk }) {
  fill($('portfolio-figures'),
    card('Value', worth.value, worth.value.usd === null ? null : money(worth.value.usd), '', 'price'),
    card('24 h change', worth.change24h, signedBoth(worth.change24h), direction(worth.change24h.usd), 'price'),
    card('Profit and loss', worth.profitLoss, signedBoth(worth.profitLoss), direction(worth.profitLoss.usd), 'holding'),
    card('Volatility, annualised', risk.volatility, ratio(risk.volatility)),
    card('1-day VaR 95 %', risk.valueAtRisk95, both(risk.valueAtRisk95)),
    card('1-day VaR 99 %', risk.valueAtRisk99, both(risk.valueAtRisk99)),
    card('Max drawdown', risk.maxDrawdown, ratio(risk.maxDrawdown), '', 'daily return', risk.drawdownPeak ? `${risk.drawdownPeak} to ${risk.drawdownTrough} · ` : ''));
}

function renderHoldings({ worth }) {
  fill($('holding-rows'), ...worth.holdings.map((line) => {
    const quality = line.value === null ? 'missing' : line.isStale || isOld() ? 'stale' : line.isDisputed ? 'disputed' : line.isSingleSource ? 'single-source' : 'agreed';
    const age = line.priceAgeMs === null ? '' : `${duration(line.priceAgeMs + older())} · `;
    return h('tr', { dataset: { asset: line.asset, quality }, title: line.problem ?? '' },
      h('th', { scope: 'row' }, h('b', null, line.asset), h('small.narrow', null, quantity(line.quantity)), line.value === null && h('small.why', null, line.problem)),
      h('td.num.wide', null, quantity(line.quantity)),
      h('td.num', null, h('span.price', null, usd(line.price)), line.change24hPercent !== null && h('small', { className: `narrow moves ${direction(line.change24hPercent)}` }, percent(line.change24hPercent)), h('span.age', null, line.value === null ? '' : `${age}${line.priceSource}${line.isSingleSource ? ' only' : line.isDisputed ? ', disputed' : ''}`)),
      h('td.num', null, h('span.worth', null, money(line.value)), line.weight !== null && h('small.narrow', null, share(line.weight, 1))),
      h('td.num.wide', null, share(line.weight, 1)),
      h('td', { className: `num wide moves ${direction(line.change24hPercent)}` }, percent(line.change24hPercent)),
      h('td', { className: `num moves ${direction(line.profitLoss)}` }, line.profitLoss === null ? '—' : `${signedMoney(line.profitLoss)}${line.profitLossRatio === null ? '' : ` (${percent(line.profitLossRatio * 100, 1)})`}`));
  }));
}

function renderCorrelations({ risk }) {
  const names = [...new Set(risk.correlations.flatMap((pair) => [pair.first, pair.second]))];
  const find = (row, column) => risk.correlations.find((pair) => (pair.first === row && pair.second === column) || (pair.first === column && pair.second === row))?.correlation;
  show($('correlations'), names.length > 0);
  show($('correlation-title'), names.length > 0);
  fill($('correlations'),
    h('thead', null, h('tr', null, h('th', null, ''), ...names.map((name) => h('th.num', { scope: 'col' }, name)))),
    h('tbody', null, ...names.map((row) => h('tr', null, h('th', { scope: 'row' }, row), ...names.map((column) => {
      const figure = find(row, column);
      const value = row === column ? 1 : figure?.ratio ?? null;
      return h('td.num', {
        title: figure ? figure.reason ?? `${figure.samples} common daily returns` : '',
        style: { '--strength': String(row === column ? 0 : Math.abs(value ?? 0)), '--tone': value < 0 ? 'var(--violet)' : 'var(--accent)' },
      }, value === null ? '—' : number(value, 2));
    })))));
}

function render() {
  const known = shown !== null;
  show($('portfolio-body'), known);
  show($('portfolio-empty'), !known);
  if (!known) {
    return;
  }

  renderFigures(shown);
  renderHoldings(shown);
  renderCorrelations(shown);
  const sources = shown.risk.valueAtRisk99.sources.join(', ');
  setText($('portfolio-basis'), `Risk by historical simulation of today's holdings${shown.risk.firstDay ? `, ${shown.risk.firstDay} to ${shown.risk.lastDay}` : ''}. Sources: ${sources || 'none'}.`);
}

export async function loadPortfolio() {
  const { portfolios } = await get('/api/portfolio');
  const names = portfolios.map((portfolio) => portfolio.name);
  const select = $('portfolio-name');
  if ([...select.options].map((option) => option.value).join() !== names.join()) {
    fill(select, ...names.map((name) => h('option', { value: name }, name)));
  }

  show($('portfolio-choice'), names.length > 0);
  if (names.length === 0) {
    shown = null;
    setText($('portfolio-empty'), 'No portfolio yet: PUT /api/portfolio/main with your holdings, or name a file in the setting Portfolio:File. /docs shows how.');
    render();
    return;
  }

  chosen = names.includes(chosen) ? chosen : names[0];
  select.value = chosen;
  shown = await get(`/api/portfolio/${encodeURIComponent(chosen)}`);
  [receivedAt, ticked] = [performance.now(), 0];
  render();
}

/** Says why there is no portfolio yet; one that was shown stays, and ages. */
export function missPortfolio(why) {
  if (shown === null) {
    setText($('portfolio-empty'), why);
  }
}

/** Ages go on between two answers, by the second. */
export function tickPortfolio() {
  if (shown !== null && Math.floor(older() / 1000) !== ticked) {
    ticked = Math.floor(older() / 1000);
    renderFigures(shown);
    renderHoldings(shown);
  }
}

export function startPortfolio() {
  $('portfolio-name').addEventListener('change', (event) => {
    chosen = event.target.value;
    const address = new URL(location.href);
    address.searchParams.set('portfolio', chosen);
    history.replaceState(null, '', address);
    loadPortfolio().catch(() => {});
  });
}
