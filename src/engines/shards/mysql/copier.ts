/**
 * Copying in a thread of its own: making rows into SQL, and digests of rows that come from the server, are most of what
 * moving shards costs, and none of it may hold up people who are served by the calling thread.
 *
 * The thread has connections of its own, two to write and two to read. It begins with the first call, about a tenth of a
 * second, and ends when nothing was asked of it for a while.
 */
import { Worker } from 'node:worker_threads';
import { UnavailableError } from '#kernel/errors';
import { ShardSealedError } from '../sealed.ts';
import type {
  CopierAnswer,
  CopierCall,
  CopierFault,
  CopierStart,
  CopierTarget,
  CopierVerbs,
  Copying,
} from './copier-protocol.ts';
import { type SqlOptions, usualStatementMs } from './open.ts';

/** Milliseconds without a call after which the thread ends. */
const idleMs = 20_000;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

function errorOf({ message, seal, shard }: CopierFault): Error {
  return seal === undefined ? new UnavailableError(message) : new ShardSealedError(shard, seal);
}

/** One running thread and the calls that it has in hand. */
class CopierThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #failure: Error | undefined;

  constructor(start: CopierStart) {
    this.#worker = new Worker(new URL('./copier-worker.ts', import.meta.url), {
      workerData: start,
      execArgv: [],
    });
    this.#worker.on('message', (answer: CopierAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(new UnavailableError('the copying thread failed', error)));
    this.#worker.on('exit', () => this.#fail(new UnavailableError('the copying thread ended')));
    this.#worker.unref();
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  call(verb: CopierCall['verb'], parameters: CopierCall['parameters']): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const number = ++this.#last;
    // The thread keeps the process alive only while somebody waits for it.
    if (this.isIdle) this.#worker.ref();
    this.#waiting.set(number, { resolve, reject });
    this.#worker.postMessage({ number, verb, parameters });
    return promise;
  }

  /** Ends the thread; what it has in hand is rejected. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: CopierAnswer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if (this.isIdle) this.#worker.unref();
    if ('fault' in answer) waiting?.reject(errorOf(answer.fault));
    else waiting?.resolve(answer.value);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/** The thread of one server, there while it is needed. Rejects with `UnavailableError` and `ShardSealedError`. */
class Copier implements Copying {
  readonly #start: CopierStart;
  readonly #inHand = new Set<Promise<unknown>>();
  #thread: CopierThread | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(start: CopierStart) {
    this.#start = start;
  }

  async put(...parameters: Parameters<CopierVerbs['put']>): Promise<void> {
    await this.#call('put', parameters);
  }

  async digest(...parameters: Parameters<CopierVerbs['digest']>): ReturnType<CopierVerbs['digest']> {
    return (await this.#call('digest', parameters)) as Awaited<ReturnType<CopierVerbs['digest']>>;
  }

  /** Ends the thread when what it has in hand is done. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#inHand);
    await this.#end();
  }

  async #call(verb: CopierCall['verb'], parameters: CopierCall['parameters']): Promise<unknown> {
    const answered = this.#running().call(verb, parameters);
    this.#inHand.add(answered);
    try {
      return await answered;
    } finally {
      this.#inHand.delete(answered);
      this.#endWhenIdle();
    }
  }

  #running(): CopierThread {
    if (!this.#thread || this.#thread.hasFailed) this.#thread = new CopierThread(this.#start);
    return this.#thread;
  }

  #endWhenIdle(): void {
    if (this.#idle) {
      this.#idle.refresh();
      return;
    }
    this.#idle = setTimeout(() => {
      if (this.#inHand.size === 0) void this.#end();
    }, idleMs).unref();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.end();
  }
}

/** The copier of an adapter's servers; its thread begins with the first call. */
export function copierOf({ count, statementMs }: SqlOptions, target: CopierTarget): Copying {
  return new Copier({ target, count, statementMs: statementMs ?? usualStatementMs });
}
