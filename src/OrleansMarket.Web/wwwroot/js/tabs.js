import { $ } from './dom.js';

const openers = new Map();
const tabs = () => [...document.querySelectorAll('[role=tab]')];

/** Says what to load when a tab is opened. */
export function onOpen(name, load) {
  openers.set(name, load);
}

/** Gets the name of the open tab. */
export const openTab = () => tabs().find((tab) => tab.getAttribute('aria-selected') === 'true').id.slice(4);

export function openTabNamed(name) {
  for (const tab of tabs()) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute('aria-selected', String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    $(tab.getAttribute('aria-controls')).hidden = !chosen;
  }

  Promise.resolve(openers.get(name)?.()).catch(() => {});
}

export function startTabs() {
  const all = tabs();
  for (const tab of all) {
    tab.addEventListener('click', () => openTabNamed(tab.id.slice(4)));
    tab.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step !== 0) {
        const next = all[(all.indexOf(tab) + step + all.length) % all.length];
        openTabNamed(next.id.slice(4));
        next.focus();
      }
    });
  }

  for (const button of document.querySelectorAll('[data-tab-target]')) {
    button.addEventListener('click', () => {
      openTabNamed(button.dataset.tabTarget);
      $(`tab-${button.dataset.tabTarget}`).scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    });
  }
}
