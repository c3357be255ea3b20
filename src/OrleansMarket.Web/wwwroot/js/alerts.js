import { change, get } from './api.js';
import { $, h, setText, show, toast } from './dom.js';
import * as format from './format.js';
import { Reading } from './reading.js';
import { decimalsOf, select } from './state.js';
import { Declined } from './session.js';

const KEPT = 150;
const SIGNS = { info: 'i', warning: '!', critical: '!!' };
const reading = new Reading();
let alerts = [];
let silencing = null;
let signals = new Map();

/** Runs a change a person asked for, and tells how it went. */
export async function attempt(action, done) {
  try {
    const answer = await action();
    if (done) {
      toast(done);
    }

    return answer ?? true;
  } catch (error) {
    if (!(error instanceof Declined)) {
      toast(error.text ?? 'The server cannot be reached.', 'error');
    }

    return null;
  }
}

async function resolve(alert) {
  const done = await attempt(() => change('POST', `/alerts/${alert.key.split('/').map(encodeURIComponent).join('/')}/resolve`), `Resolved: ${alert.ruleName}, ${alert.symbol}.`);
  if (done !== null) {
    await loadAlerts();
  }
}

function silence(alert) {
  silencing = alert;
  const form = $('silence-form');
  form.reset();
  setText($('silence-what'), `“${alert.ruleName}” is still watched and recorded, but not told.`);
  setText(form.elements.scope.options[0], `only ${alert.symbol}`);
  show($('silence-error'), false);
  $('silence-dialog').showModal();
}

function item(alert) {
  const signal = signals.get(alert.ruleId);
  const facts = [
    `${format.reading(signal, alert.value, format.signed)} against ${format.reading(signal, alert.threshold)}`,
    alert.price !== null && `at ${format.number(alert.price, decimalsOf(alert.symbol))}`,
    alert.completeness < 1 && `${format.percent(alert.completeness, 1)} of trades`,
    alert.isLate && 'late',
    alert.isWithdrawn && 'withdrawn after a repair',
    alert.note,
    alert.delivery !== 'delivered' && alert.state !== 'pending' && `${alert.delivery}${alert.deliveryNote ? `: ${alert.deliveryNote}` : ''}`,
  ].filter(Boolean);
  return h('li', { dataset: { key: alert.key, state: alert.state, severity: alert.severity } },
    h('span.sign', { title: alert.severity, ariaLabel: alert.severity, role: 'img' }, SIGNS[alert.severity] ?? '?'),
    h('div.body', null,
      h('p.headline', null,
        h('button.link-like', { type: 'button', on: { click: () => select(alert.symbol) } }, alert.symbol),
        ' ', alert.ruleName, ' ', h('i.tag', { dataset: { state: alert.state } }, alert.state)),
      h('p.detail', null, h('time', { dateTime: alert.started, title: format.instant(alert.started) }, format.clock(alert.started)), ` · ${facts.join(' · ')}`)),
    h('span.actions', null,
      alert.state === 'firing' && h('button.small', { type: 'button', dataset: { act: 'resolve' }, on: { click: () => resolve(alert) } }, 'Resolve'),
      alert.state === 'firing' && h('button.small', { type: 'button', dataset: { act: 'silence' }, on: { click: () => silence(alert) } }, 'Silence')));
}

function render() {
  const firing = alerts.filter((alert) => alert.state === 'firing');
  setText($('firing'), `${firing.length} firing`);
  show($('firing'), firing.length > 0);
  const shown = $('alerts-firing').checked ? firing : alerts;
  $('alert-list').replaceChildren(...(shown.length === 0
    ? [h('li.empty', null, $('alerts-firing').checked ? 'Nothing is firing.' : 'No alerts yet.')]
    : shown.map(item)));
}

function renderSilences(silences) {
  $('silence-list').replaceChildren(...silences.map((one) => h('li', { title: one.reason },
    `${one.ruleId ?? 'all rules'}, ${one.symbol ?? 'all pairs'} until ${one.until.slice(5, 16).replace('T', ' ')}`,
    h('button', {
      type: 'button', ariaLabel: `End the silence of ${one.ruleId ?? 'all rules'}`,
      on: {
        click: async () => {
          if (await attempt(() => change('DELETE', `/alerts/silences/${encodeURIComponent(one.id)}`), 'The silence has ended.') !== null) {
            await loadAlerts();
          }
        },
      },
    }, '×'))));
}

export const loadAlerts = () => reading.read(
  () => Promise.all([get('/alerts', { limit: KEPT }), get('/alerts/silences'), get('/alerts/rules')]),
  ([page, { silences }, { rules }], told) => {
    alerts = page.alerts;
    told.forEach(put);
    signals = new Map(rules.map((rule) => [rule.id, rule.signal]));
    render();
    renderSilences(silences);
  });

function put(alert) {
  alerts = [alert, ...alerts.filter((other) => other.key !== alert.key)].sort((a, b) => (a.started < b.started ? 1 : -1)).slice(0, KEPT);
}

export function onAlert(alert) {
  const isNew = !alerts.some((other) => other.key === alert.key);
  reading.tell(alert);
  put(alert);
  render();
  if (isNew && alert.state === 'firing' && alert.delivery !== 'suppressed') {
    toast(`${alert.symbol}: ${alert.ruleName}`, alert.severity === 'critical' ? 'error' : 'alert');
  }
}

export function startAlerts() {
  $('alerts-firing').addEventListener('change', render);
  const form = $('silence-form');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = form.elements;
    const body = {
      ruleId: silencing.ruleId, minutes: Number(fields.minutes.value), reason: fields.reason.value.trim(),
      ...(fields.scope.value === 'one' ? { symbol: silencing.symbol } : {}),
    };
    try {
      await change('POST', '/alerts/silences', body);
      $('silence-dialog').close();
      toast('Silenced.');
      await loadAlerts();
    } catch (error) {
      if (!(error instanceof Declined)) {
        setText($('silence-error'), error.text ?? 'The server cannot be reached.');
        show($('silence-error'), true);
      }
    }
  });
}
