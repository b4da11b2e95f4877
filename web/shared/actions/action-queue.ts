/**
 * What was seen and done, on its way to the server. It is kept in storage until the server has said that it took it, so that it
 * outlives a lost connection and the page. Ids are made once, so that what is sent twice counts once.
 */
import type { BrowserAction, BrowserBatch } from '#services/actions/contract';

/** How a batch went: taken; never to be taken; to be sent again later. */
export type Sent = 'taken' | 'refused' | 'later';

/** What the queue stands on. */
export interface ActionQueueDeps {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly send: (batch: BrowserBatch) => Promise<Sent>;
  readonly now: () => number;
  /** A fresh token of 22 letters and digits. */
  readonly token: () => string;
}

const queueKey = 'pinakes.actions';
const deviceKey = 'pinakes.device';
/** The oldest give way: about 100 kB of storage. */
const most = 500;
const batchLimit = 200;
const tokenShape = /^[A-Za-z0-9_-]{16,64}$/;

/** One browser's, shared by its tabs through the storage. */
export class ActionQueue {
  readonly #deps: ActionQueueDeps;
  #sending: Promise<void> | undefined;

  constructor(deps: ActionQueueDeps) {
    this.#deps = deps;
  }

  /** Keeps an action for the next batch. Never throws: where nothing can be stored, nothing is told. */
  add(action: Omit<BrowserAction, 'id' | 'v' | 'at'>): void {
    const { now, token } = this.#deps;
    this.#store([...this.waiting(), { ...action, id: token(), v: 1, at: now() }]);
  }

  /** What the server has not taken yet, the oldest first. */
  waiting(): BrowserAction[] {
    const kept: unknown = this.#read(queueKey);
    return Array.isArray(kept) ? (kept as BrowserAction[]) : [];
  }

  /** Sends all that waits, batch after batch, until it is taken or the server cannot be had. */
  flush(): Promise<void> {
    this.#sending ??= this.#flush().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  /** What to send where no answer can be heard: it stays in the queue. Undefined when nothing waits. */
  lastWords(): BrowserBatch | undefined {
    const actions = this.waiting().slice(-batchLimit);
    return actions.length > 0 ? this.#batchOf(actions) : undefined;
  }

  async #flush(): Promise<void> {
    for (;;) {
      const actions = this.waiting().slice(0, batchLimit);
      if (actions.length === 0) return;
      if ((await this.#deps.send(this.#batchOf(actions))) === 'later') return;
      const done = new Set(actions.map(({ id }) => id));
      this.#store(this.waiting().filter(({ id }) => !done.has(id)));
    }
  }

  #batchOf(actions: BrowserAction[]): BrowserBatch {
    return { device: this.#device(), sentAt: this.#deps.now(), actions };
  }

  #device(): string {
    const known: unknown = this.#read(deviceKey);
    if (typeof known === 'string' && tokenShape.test(known)) return known;
    const made = this.#deps.token();
    this.#write(deviceKey, made);
    return made;
  }

  #store(actions: readonly BrowserAction[]): void {
    this.#write(queueKey, actions.slice(-most));
  }

  #read(key: string): unknown {
    try {
      return JSON.parse(this.#deps.storage.getItem(key) ?? 'null');
    } catch {
      return null;
    }
  }

  #write(key: string, value: unknown): void {
    try {
      this.#deps.storage.setItem(key, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden: what people do must not fail for that.
    }
  }
}
