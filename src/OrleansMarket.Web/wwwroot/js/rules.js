import { change, get } from './api.js';
import { attempt } from './alerts.js';
import { $, h, setText, show } from './dom.js';
import * as format from './format.js';
import { Declined } from './session.js';

const UNITS = {
  'price-move-1m': '%', 'price-move-5m': '%', 'price-move-1h': '%', 'volatility-1h': 'fraction a year', 'volatility-24h': 'fraction a year',
  'volatility-ewma': 'fraction a year', 'volume-spike': 'z-score', 'buy-share-1m': '0 to 1', 'buy-share-5m': '0 to 1', 'buy-share-1h': '0 to 1',
  'whale-notional': 'USD', 'source-deviation': '%', 'stale-feed': 's', 'gap-open': 's', lag: 's', 'dead-letter-rate': 'per 1,000 frames',
};
const SIDES = { above: '≥', below: '≤', magnitude: '|x| ≥' };

const form = () => $('rule-form');

function read() {
  const fields = form().elements;
  const numberOf = (field) => (fields[field].value.trim() === '' ? undefined : Number(fields[field].value));
  return {
    id: fields.id.value,
    body: {
      name: fields.name.value.trim(), signal: fields.signal.value, direction: fields.direction.value, enter: numberOf('enter'), exit: numberOf('exit'),
      forSeconds: numberOf('forSeconds'), cooldownSeconds: numberOf('cooldownSeconds'), severity: fields.severity.value, hourlyBudget: numberOf('hourlyBudget'),
      symbols: fields.symbols.value.split(',').map((symbol) => symbol.trim().toUpperCase()).filter(Boolean), enabled: fields.enabled.checked,
    },
  };
}

function fail(error) {
  if (error instanceof Declined) {
    return;
  }

  const fields = Object.entries(error.errors ?? {}).map(([field, problems]) => `${field}: ${problems.join(', ')}`);
  setText($('rule-error'), fields.length > 0 ? fields.join('. ') : error.text ?? 'The server cannot be reached.');
  show($('rule-error'), true);
}

function open(rule) {
  const fields = form().elements;
  form().reset();
  setText($('rule-title'), rule ? `Change “${rule.name}”` : 'New rule');
  fields.id.readOnly = Boolean(rule);
  if (rule) {
    for (const name of ['id', 'name', 'signal', 'direction', 'enter', 'forSeconds', 'cooldownSeconds', 'severity', 'hourlyBudget']) {
      fields[name].value = rule[name];
    }

    fields.exit.value = rule.exit ?? '';
    fields.symbols.value = rule.symbols.join(', ');
    fields.enabled.checked = rule.enabled;
  }

  showUnit();
  show($('rule-error'), false);
  show($('rule-preview'), false);
  $('rule-dialog').showModal();
}

function showUnit() {
  setText($('rule-unit'), UNITS[form().elements.signal.value] ?? '');
}

async function preview() {
  if (!form().reportValidity()) {
    return;
  }

  show($('rule-error'), false);
  try {
    const answer = await change('POST', '/alerts/rules/preview', read().body);
    setText($('rule-preview'), [
      `Over ${format.duration(answer.coveredSeconds * 1000)} it would have fired ${answer.firings} times (${format.number(answer.perDay, 1)} a day)`,
      answer.firings > 0 && `longest storm ${format.duration(answer.longestStormSeconds * 1000)}`,
      answer.suggestedEnter !== null && `about ${format.number(answer.targetPerDay, 0)} a day from ${format.reading(read().body.signal, answer.suggestedEnter)}`,
      answer.note,
    ].filter(Boolean).join('; '));
    show($('rule-preview'), true);
  } catch (error) {
    fail(error);
  }
}

async function remove(rule) {
  if (await attempt(() => change('DELETE', `/alerts/rules/${encodeURIComponent(rule.id)}`), `Removed: ${rule.name}.`) !== null) {
    await loadRules();
  }
}

function row(rule) {
  return h('tr', { dataset: { enabled: rule.enabled } },
    h('th', { scope: 'row' }, rule.name, h('small', null, `${rule.id}@${rule.version}`)),
    h('td', null, `${format.words(rule.signal)} ${SIDES[rule.direction]} ${format.reading(rule.signal, rule.enter)}`),
    h('td', null, rule.symbols.length === 0 ? 'all pairs' : rule.symbols.join(', ')),
    h('td', null, h('i.tag', { dataset: { severity: rule.severity } }, rule.enabled ? rule.severity : 'off')),
    h('td.actions', null,
      h('button.small', { type: 'button', on: { click: () => open(rule) } }, 'Change'),
      h('button.small', { type: 'button', ariaLabel: `Remove ${rule.name}`, on: { click: () => remove(rule) } }, 'Remove')));
}

export async function loadRules() {
  const { rules } = await get('/alerts/rules');
  $('pane-rules').replaceChildren(
    h('p.tools', null, h('button.small', { type: 'button', id: 'rule-new', on: { click: () => open(null) } }, 'New rule')),
    h('table.grid', null,
      h('thead', null, h('tr', null, ...['Rule', 'Fires when', 'Pairs', 'Severity', ''].map((title) => h('th', { scope: 'col' }, title)))),
      h('tbody', null, ...rules.map(row))));
}

export function startRules() {
  const fields = form().elements;
  fields.signal.append(...Object.keys(UNITS).map((signal) => h('option', { value: signal }, format.words(signal))));
  fields.signal.addEventListener('change', showUnit);
  $('rule-try').addEventListener('click', preview);
  form().addEventListener('submit', async (event) => {
    event.preventDefault();
    const { id, body } = read();
    try {
      await change('PUT', `/alerts/rules/${encodeURIComponent(id)}`, body);
      $('rule-dialog').close();
      await loadRules();
    } catch (error) {
      fail(error);
    }
  });
}
