import { get, noteSession, onKeyNeeded, send } from './api.js';
import { $, setText, show, toast } from './dom.js';

let pending = null;
let marks = 0;

function mark(authenticated) {
  marks++;
  noteSession(authenticated);
  $('session').dataset.on = authenticated;
  setText($('session'), authenticated ? 'Sign out' : 'Sign in');
}

/** Opens the key dialog; the promise is kept once signed in, broken when the person declines. */
function signIn() {
  if (pending) {
    return pending.promise;
  }

  const dialog = $('key-dialog');
  pending = Promise.withResolvers ? Promise.withResolvers() : withResolvers();
  show($('key-error'), false);
  $('key-form').reset();
  dialog.showModal();
  $('key-input').focus();
  return pending.promise;
}

function withResolvers() {
  let resolve;
  let reject;
  const promise = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Thrown when the person closes the key dialog. */
export class Declined extends Error {}

/** Sets the sign-in up. */
export async function startSession() {
  onKeyNeeded(signIn);
  const dialog = $('key-dialog');
  $('key-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await send('POST', '/session', { key: $('key-input').value });
      mark(true);
      const waiting = pending;
      pending = null;
      dialog.close();
      waiting?.resolve();
    } catch (error) {
      setText($('key-error'), error.text ?? 'The server cannot be reached.');
      show($('key-error'), true);
      $('key-input').select();
    }
  });
  dialog.addEventListener('close', () => {
    $('key-form').reset();
    pending?.reject(new Declined('no key was given'));
    pending = null;
  });
  $('session').addEventListener('click', async () => {
    if ($('session').dataset.on === 'true') {
      await send('DELETE', '/session').catch(() => {});
      mark(false);
      toast('Signed out.');
    } else {
      await signIn().then(() => toast('Signed in: changes are allowed now.')).catch(() => {});
    }
  });
  const { authenticated } = await get('/session').catch(() => ({ authenticated: false }));
  if (marks === 0) {
    mark(authenticated); // Who has signed in meanwhile knows better.
  }
}
