/** Finds an element by id. */
export const $ = (id) => document.getElementById(id);

/**
 * Builds an element. Data only ever becomes text or a property, never markup.
 * @param {string} tag element name, with classes after dots ("td.num.up")
 * @param {object} [props] properties; `dataset`, `style` (custom properties too) and `on` (listeners) are spread
 * @param {...(Node|string|number|null|undefined|false)} children
 */
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) {
    element.className = classes.join(' ');
  }

  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null) {
      continue;
    }

    if (key === 'dataset') {
      Object.assign(element.dataset, value);
    } else if (key === 'style') {
      for (const [property, text] of Object.entries(value)) {
        element.style.setProperty(property, text);
      }
    } else if (key === 'on') {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (key.startsWith('aria') || key === 'role') {
      element.setAttribute(key.replace('aria', 'aria-').toLowerCase(), value);
    } else {
      element[key] = value;
    }
  }

  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/** Puts children in the place of those before; null, undefined and false are left out. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
}

/** Sets a text only when it changed, so that nothing is laid out in vain. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Shows or hides. */
export function show(element, visible) {
  element.hidden = !visible;
}

const toasts = () => $('toasts');

/** Tells something for a few seconds. */
export function toast(text, kind = 'info') {
  const note = h('p.toast', { dataset: { kind } }, text);
  toasts().append(note);
  setTimeout(() => note.remove(), kind === 'error' ? 8000 : 4000);
}
