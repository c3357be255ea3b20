import { $, setText, show } from './dom.js';
import * as format from './format.js';
import { state } from './state.js';

/** The line above everything: a simulation, a replay or a stale page must not be overlooked. */
export function renderBanner(link) {
  const kind = state.source?.kind;
  const badge = $('source');
  badge.dataset.kind = kind ?? '';
  badge.title = state.source ? `Prices come from ${state.source.name}` : '';
  setText(badge, kind === 'live' ? `LIVE ${state.source.name}` : kind === 'simulated' ? 'SIMULATED' : kind === 'replay' ? 'REPLAY' : '…');
  const banner = $('banner');
  const [shown, text] = state.streamIsStale
    ? ['stale', `This page has heard nothing for ${format.duration(link.silence)}: what it shows may be old. It reconnects by itself${link.detail ? ` (${link.detail})` : ''}.`]
    : kind === 'simulated' ? ['simulated', 'SIMULATED DATA — made up by the built-in simulator. Nothing here is a real price.']
    : kind === 'replay' ? ['replay', `REPLAY of ${state.source.name} — these prices are from the past.`]
    : [null, ''];
  banner.dataset.kind = shown ?? '';
  setText(banner, text);
  show(banner, shown !== null);
}
