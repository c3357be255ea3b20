/** An answer that is not the one asked for, with what the server says to do about it. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `the server answers with status ${status}`);
    this.status = status;
    this.remedy = problem?.remedy ?? '';
    this.errors = problem?.errors ?? {};
    this.retryAfter = null;
  }

  /** What to show: what was wrong, and what to do. */
  get text() {
    return this.remedy ? `${this.message}. ${this.remedy}` : this.message;
  }
}

const PATIENCE_MS = 15000;

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
    credentials: 'same-origin',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const isJson = response.headers.get('Content-Type')?.includes('json');
  const content = isJson ? await response.json() : null;
  if (!response.ok) {
    const error = new ApiError(response.status, content);
    error.retryAfter = response.headers.get('Retry-After');
    throw error;
  }

  return content;
}

const query = (parameters) => {
  const pairs = Object.entries(parameters ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
};

/** Reads. */
export const get = (path, parameters) => call('GET', path + query(parameters));

let askForKey = null;
let signedIn = false;

/** Notes whether the page holds a session. */
export function noteSession(authenticated) {
  signedIn = authenticated;
}

/** Says who asks for the API key when a change needs it: resolves once signed in, rejects when the person declines. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

/** Changes something; asks for the key first when there is no session, and again when the session is over. */
export async function change(method, path, body) {
  if (!signedIn && askForKey !== null) {
    await askForKey();
  }

  try {
    return await call(method, path, body);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || askForKey === null) {
      throw error;
    }

    await askForKey();
    return call(method, path, body);
  }
}

/** Sends without ever asking for the key. */
export const send = call;
