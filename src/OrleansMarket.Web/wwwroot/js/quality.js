import { change, get } from './api.js';
import { attempt } from './alerts.js';
import { $, fill, h, setText, show } from './dom.js';
import * as format from './format.js';

const STAGES = {
  exchange: 'from the exchange to us', queue: 'waiting for the engine', engine: 'in the engine', total: 'from the exchange to the figures', store: 'until stored', alert: 'until an alert is told',
};
let kept = 0;

const fact = (term, value, className = '') => h('div', null, h('dt', null, term), h('dd', { className }, value));

const head = (...titles) => h('thead', null, h('tr', null, ...titles.map(([title, kind]) => h(kind === 'num' ? 'th.num' : 'th', { scope: 'col' }, title))));

function renderPipeline(answer) {
  const { pipeline, streams, streamLimit } = answer;
  const { feed } = pipeline;
  const largest = Math.max(1, ...pipeline.latency.map((stage) => Math.abs(stage.p99)));
  const parts = Object.entries(pipeline.parts);
  fill($('pane-pipeline'),
    pipeline.reasons.length > 0 && h('ul.reasons', null, ...pipeline.reasons.map((reason) => h('li', null, reason))),
    h('div.side', null, h('dl.facts', null,
      fact('Status', pipeline.status, pipeline.status),
      fact('Trades/s', format.number(pipeline.tradesPerSecond, pipeline.tradesPerSecond < 10 ? 1 : 0)),
      fact('Trades taken', format.compact(pipeline.produced)),
      fact('Newest trade', pipeline.lastTradeAgeMs === null ? 'none yet' : `${format.duration(pipeline.lastTradeAgeMs)} old`),
      fact('Backlog', pipeline.backlogLimit > 0 ? `${format.compact(pipeline.backlog)} of ${format.compact(pipeline.backlogLimit)}` : format.compact(pipeline.backlog),
        pipeline.backlogLimit > 0 && pipeline.backlog > pipeline.backlogLimit / 2 ? 'hot' : ''),
      fact('Open gaps', pipeline.openGaps === 0 ? 'none' : `${pipeline.openGaps} · ${format.number(pipeline.missingIds, 0)} trades`, pipeline.openGaps > 0 ? 'hot' : ''),
      fact('Connections', `${feed.connections} of ${feed.planned}`, feed.connected ? '' : 'hot'),
      fact('Reconnects', format.number(feed.reconnects, 0)),
      fact('Clock offset', feed.clockOffsetMicros === null ? 'not measured' : format.latency(feed.clockOffsetMicros / 1000)),
      fact('Live streams', `${streams} of ${streamLimit}`)),
      feed.lastError && h('p.detail', null, `Last error of the feed: ${feed.lastError}`),
      parts.length > 0 && h('ul.parts', null, ...parts.map(([name, trouble]) => h('li', { dataset: { ok: trouble === null } }, h('b', null, name), ` ${trouble ?? 'well'}`)))),
    h('table.grid', null,
      head(['Latency, last minute'], ['p50', 'num'], ['p95', 'num'], ['p99', 'num'], ['max', 'num']),
      h('tbody', null, ...pipeline.latency.map((stage) => h('tr', null,
        h('th', { scope: 'row' }, stage.stage, h('span.why', null, ` ${STAGES[stage.stage] ?? ''}`)),
        ...['p50', 'p95', 'p99', 'max'].map((field) => h('td.num', null,
          stage.count === 0 ? '—' : format.latency(stage[field]),
          field === 'p99' && stage.count > 0 && h('span.tiny', { ariaHidden: 'true', style: { '--share': Math.abs(stage.p99) / largest } }))))))));
}

function renderHealth(pipeline) {
  const chip = $('health');
  chip.dataset.status = pipeline.status;
  chip.title = pipeline.reasons.join('; ') || 'Everything flows';
  setText(chip, pipeline.status === 'ok' ? 'data ok' : pipeline.status === 'starting' ? 'starting' : `degraded: ${pipeline.reasons[0] ?? 'see pipeline'}`);
  setText($('rate'), `${format.number(pipeline.tradesPerSecond, pipeline.tradesPerSecond < 10 ? 1 : 0)} trades/s`);
  setText($('gap-count'), String(pipeline.openGaps));
  show($('gap-count'), pipeline.openGaps > 0);
  kept = pipeline.deadLettersKept;
  setText($('letter-count'), format.compact(kept));
  show($('letter-count'), kept > 0);
}

export async function loadPipeline() {
  const answer = await get('/pipeline');
  renderPipeline(answer);
  renderHealth(answer.pipeline);
  return answer.pipeline;
}

export async function loadGaps() {
  const { gaps } = await get('/gaps');
  $('pane-gaps').replaceChildren(gaps.length === 0
    ? h('p.empty', null, 'No trade is missing. Ids are contiguous per symbol, so a hole would show here until it is repaired.')
    : h('table.grid', null,
      head(['Pair'], ['Missing', 'num'], ['Between'], ['State'], ['Note']),
      h('tbody', null, ...gaps.map((gap) => h('tr', null,
        h('th', { scope: 'row' }, gap.symbol),
        h('td.num', { title: `ids ${gap.firstId} to ${gap.lastId}` }, format.number(gap.missing, 0)),
        h('td', { title: format.instant(gap.after) }, `${format.clock(gap.after)} – ${format.clock(gap.before)}`),
        h('td', null, h('i.tag', { dataset: { state: gap.state === 'open' ? 'firing' : gap.state } }, format.words(gap.state))),
        h('td', null, gap.note ?? (gap.closed ? `closed after ${format.duration(Date.parse(gap.closed) - Date.parse(gap.opened))}` : '')))))));
}

async function replay(id) {
  const answer = await attempt(() => change('POST', '/dead-letters/replay', { ids: [id] }));
  if (answer !== null) {
    const refused = Object.values(answer.refused)[0];
    await attempt(async () => {
      if (refused) {
        throw Object.assign(new Error(), { text: `Refused again: ${refused}` });
      }
    }, 'Taken: it is part of the data now.');
    await loadLetters();
  }
}

export async function loadLetters() {
  const { deadLetters } = await get('/dead-letters', { limit: 50 });
  $('pane-letters').replaceChildren(deadLetters.length === 0
    ? h('p.empty', null, 'Nothing was refused.')
    : h('table.grid', null,
      head(['Received'], ['Reason'], ['What was wrong'], ['']),
      h('tbody', null, ...deadLetters.map((letter) => h('tr', null,
        h('td', { title: format.instant(letter.receivedTime) }, format.clock(letter.receivedTime)),
        h('td', null, h('i.tag', null, format.words(letter.reason))),
        h('td', { title: letter.source }, letter.error, h('code', null, (letter.payload ?? `base64 ${letter.payloadBase64}`).slice(0, 200))),
        h('td.actions', null, h('button.small', { type: 'button', ariaLabel: `Replay dead letter ${letter.id}`, on: { click: () => replay(letter.id) } }, 'Replay')))))));
}
