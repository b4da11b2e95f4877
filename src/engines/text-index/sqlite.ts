/** The embedded text index: SQLite's FTS5 in a thread of its own. */
import { Worker } from 'node:worker_threads';
import { fewYoungObjects } from '#kernel/background';
import { UnavailableError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Durability } from '#kernel/sqlite';
import type { TextIndex } from './port.ts';
import type { Answer, Method, Start } from './sqlite/protocol.ts';

/** Where the index is kept. */
export interface SqliteTextIndexOptions {
  /** The database file; made when missing. `-wal` and `-shm` files appear beside it. */
  readonly path: string;
  /** What a write survives once it resolved; loss of power unless told. */
  readonly durability?: Durability;
  readonly log?: Log;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

class SqliteTextIndex implements TextIndex {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #last = -1;
  #closed: Promise<void> | undefined;

  constructor(start: Start, log: Log | undefined) {
    this.#worker = new Worker(new URL('./sqlite/worker.ts', import.meta.url), {
      workerData: start,
      resourceLimits: fewYoungObjects,
    });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error) => {
      log?.error({ error }, 'the text index thread failed');
      this.#abandon(error);
    });
    this.#worker.on('exit', () => this.#abandon());
  }

  readonly index: TextIndex['index'] = (documents) => this.#call('index', documents);
  readonly remove: TextIndex['remove'] = (removals) => this.#call('remove', removals);
  readonly query: TextIndex['query'] = (query) => this.#call('query', query);
  readonly suggest: TextIndex['suggest'] = (...asked) => this.#call('suggest', ...asked);
  readonly size: TextIndex['size'] = () => this.#call('size');
  readonly clear: TextIndex['clear'] = () => this.#call('clear');

  close(): Promise<void> {
    this.#closed ??= this.#call('close').finally(() => this.#worker.terminate());
    return this.#closed;
  }

  /** Resolves when the thread has opened the file. */
  opened(): Promise<void> {
    return this.#wait();
  }

  /** Ends the thread without ceremony. */
  async abort(): Promise<void> {
    await this.#worker.terminate();
  }

  #call<M extends Method>(method: M, ...parameters: Parameters<TextIndex[M]>): ReturnType<TextIndex[M]> {
    if (this.#closed)
      return Promise.reject(new UnavailableError('the text index is closed')) as ReturnType<TextIndex[M]>;
    const answered = this.#wait();
    this.#worker.postMessage({ number: this.#last, method, parameters });
    return answered as ReturnType<TextIndex[M]>;
  }

  // The thread keeps the process alive only while somebody waits for it.
  #wait(): Promise<never> {
    this.#last += 1;
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(this.#last, { resolve: resolve as Waiting['resolve'], reject });
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in answer) waiting?.reject(new Error(`text index: ${answer.error}`));
    else waiting?.resolve(answer.value);
  }

  #abandon(cause?: unknown): void {
    this.#closed ??= Promise.resolve();
    for (const { reject } of this.#waiting.values())
      reject(new UnavailableError('the text index stopped', cause));
    this.#waiting.clear();
  }
}

/**
 * Opens the index (about 50 ms). Writes are durable when they resolve and never hold up the event loop;
 * queries are answered between the chunks of a long write. Rejects when the file cannot be read or a newer program wrote it.
 */
export async function openSqliteTextIndex({
  path,
  durability = 'power',
  log,
}: SqliteTextIndexOptions): Promise<TextIndex> {
  const index = new SqliteTextIndex({ path, durability }, log);
  try {
    await index.opened();
  } catch (error) {
    await index.abort();
    throw error;
  }
  return index;
}
