/**
 * The live stream: reconnects by itself with growing, jittered pauses, and knows when it is stale. EventSource alone gives up on an
 * error status and does not notice a connection that died silently.
 */
export class Stream {
  #url = '';
  #source = null;
  #attempt = 0;
  #retry = null;
  #lastMessage = 0;
  #heartbeat = 5000;
  #handlers;

  static #kinds = ['trade', 'candle', 'market', 'whale', 'alert', 'gap', 'price'];
  static #maxPause = 10000;

  /** @param handlers { event(kind, data), hello(data, isFirst), state(name, detail) } */
  constructor(handlers) {
    this.#handlers = handlers;
    setInterval(() => this.#watch(), 500);
    addEventListener('online', () => this.#open());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.#source === null) {
        this.#open();
      }
    });
  }

  /** Gets how long the stream has been silent, ms; it counts from the first attempt on. */
  get silence() {
    return this.#lastMessage === 0 ? 0 : performance.now() - this.#lastMessage;
  }

  /** Gets whether what is shown may be old because the stream is silent. */
  get isStale() {
    return this.silence > 2 * this.#heartbeat + 1000;
  }

  /** Follows an address instead of the one before. */
  follow(url) {
    this.#url = url;
    this.#attempt = 0;
    this.#lastMessage ||= performance.now();
    this.#open();
  }

  #open() {
    clearTimeout(this.#retry);
    this.#source?.close();
    const source = new EventSource(this.#url);
    this.#source = source;
    const opened = performance.now();
    source.addEventListener('hello', (message) => {
      const hello = JSON.parse(message.data);
      this.#heartbeat = hello.heartbeatMs;
      this.#heard();
      this.#handlers.hello(hello, this.#attempt > 0);
      this.#attempt = 0;
      this.#handlers.state('open');
    });
    source.addEventListener('heartbeat', (message) => {
      this.#heard();
      this.#handlers.event('heartbeat', JSON.parse(message.data));
    });
    for (const kind of Stream.#kinds) {
      source.addEventListener(kind, (message) => {
        this.#heard();
        this.#handlers.event(kind, JSON.parse(message.data));
      });
    }

    source.onerror = () => {
      if (source === this.#source) {
        this.#later(performance.now() - opened < 1000 ? 'the server cannot be reached' : 'the connection was lost');
      }
    };
  }

  #heard() {
    this.#lastMessage = performance.now();
  }

  #later(reason) {
    this.#source?.close();
    this.#source = null;
    const ceiling = Math.min(Stream.#maxPause, 500 * 2 ** Math.min(this.#attempt, 10));
    this.#attempt++;
    const pause = 250 + Math.random() * ceiling;
    this.#handlers.state('lost', `${reason}; next attempt in ${Math.ceil(pause / 1000)} s`);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), pause);
  }

  #watch() {
    if (this.#source !== null && this.#lastMessage > 0 && this.silence > 3 * this.#heartbeat + 1000) {
      this.#lastMessage = performance.now() - (2 * this.#heartbeat + 2000);
      this.#later('the stream fell silent');
    }
  }
}
