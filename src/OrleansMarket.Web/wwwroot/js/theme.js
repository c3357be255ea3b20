import { $ } from './dom.js';

function mark() {
  const dark = document.documentElement.dataset.theme === 'dark';
  $('theme').textContent = dark ? '☀' : '☾';
  $('theme').setAttribute('aria-label', dark ? 'Switch to light' : 'Switch to dark');
}

/** Follows the system until a person chooses. */
export function startTheme(repaint) {
  const apply = (theme) => {
    document.documentElement.dataset.theme = theme;
    mark();
    repaint();
  };
  $('theme').addEventListener('click', () => {
    const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // Storage may be blocked; the choice holds until the page is left.
    }

    apply(theme);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
    let stored = null;
    try {
      stored = localStorage.getItem('theme');
    } catch {
      // As above.
    }

    if (!stored) {
      apply(event.matches ? 'dark' : 'light');
    }
  });
  mark();
}
