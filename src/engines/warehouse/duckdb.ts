/**
 * The warehouse on DuckDB, in a process of its own: it is started by the first question and ended when none came for a while,
 * so that an idle installation holds nothing of it; whatever a question does to it, it does to that process alone.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { ConflictError, InvalidInputError, UnavailableError } from '#kernel/errors';
import { Serial } from '#kernel/serial';
import type { DuckdbLimits, DuckdbOrder, DuckdbReply } from './duckdb/messages.ts';
import type { Warehouse, WarehouseAnswer, WarehouseQuestion } from './port.ts';

/** How to run it. */
export interface DuckdbOptions {
  /** Megabytes that questions may take; 512 by default. More is refused: nothing is put on disk. */
  readonly memoryMb?: number | undefined;
  /** 2 by default. */
  readonly threads?: number | undefined;
  /** Milliseconds without questions after which the process ends; 30,000 by default. */
  readonly idleMs?: number | undefined;
  /** Questions that may wait; 8 by default. */
  readonly waiting?: number | undefined;
}

/** Milliseconds that a process has to heed the end of its time. */
const graceMs = 3000;
const answerChars = 16_000_000;
const sqlLimit = 100_000;

class DuckdbWarehouse implements Warehouse {
  readonly #limits: DuckdbLimits;
  readonly #idleMs: number;
  readonly #most: number;
  readonly #turns = new Serial();
  readonly #closing = new AbortController();
  #waiting = 0;
  #child: { readonly process: ChildProcess; readonly folder: string } | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor({ memoryMb = 512, threads = 2, idleMs = 30_000, waiting = 8 }: DuckdbOptions) {
    this.#limits = { memoryMb, threads, answerChars };
    this.#idleMs = idleMs;
    this.#most = waiting;
  }

  async query(question: WarehouseQuestion): Promise<WarehouseAnswer> {
    const { sql, tables, maxRows, timeoutMs } = question;
    if (sql.trim() === '') throw new InvalidInputError('sql', 'must not be empty');
    if (sql.length > sqlLimit) throw new InvalidInputError('sql', `must be at most ${sqlLimit} characters`);
    if (this.#waiting >= this.#most) throw new UnavailableError('too many questions wait; ask again later');
    this.#waiting++;
    try {
      const order = { limits: this.#limits, sql, tables, maxRows, timeoutMs };
      const reply = await this.#turns.run(() => this.#ask(order, question.signal));
      if ('answer' in reply) return reply.answer;
      if ('gone' in reply) throw new ConflictError('files were replaced while they were asked; ask again');
      throw new InvalidInputError('sql', reply.refusal);
    } finally {
      this.#waiting--;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new UnavailableError('the warehouse is closed'));
    await this.#turns.run(async () => this.#end());
  }

  async #ask(order: DuckdbOrder, given?: AbortSignal): Promise<DuckdbReply> {
    const signal = given ? AbortSignal.any([given, this.#closing.signal]) : this.#closing.signal;
    signal.throwIfAborted();
    clearTimeout(this.#idle);
    const child = this.#process(order.tables[0]?.folder ?? '');
    child.ref();
    try {
      return await replyOf(child, order, signal);
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      child.unref();
      this.#idle = setTimeout(() => this.#end(), this.#idleMs).unref();
    }
  }

  /** The process that may read a folder. */
  #process(folder: string): ChildProcess {
    if (this.#child?.folder !== folder || !this.#child.process.connected) this.#end();
    this.#child ??= { process: start(), folder };
    return this.#child.process;
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#child?.process.kill('SIGKILL');
    this.#child = undefined;
  }
}

/** A process that knows nothing of this one's environment. */
function start(): ChildProcess {
  const url = new URL('./duckdb/process.ts', import.meta.url);
  const child = fork(url, { execArgv: [], env: {}, stdio: 'ignore' });
  child.on('error', () => undefined).channel?.unref();
  return child;
}

/** Sends an order and waits for the reply. Rejects when the process dies or does not heed the end of its time. */
function replyOf(child: ChildProcess, order: DuckdbOrder, signal: AbortSignal): Promise<DuckdbReply> {
  const { promise, resolve, reject } = Promise.withResolvers<DuckdbReply>();
  const late = new InvalidInputError('sql', `took longer than ${order.timeoutMs / 1000} seconds`);
  const timer = setTimeout(() => reject(late), order.timeoutMs + graceMs);
  const died = (): void => reject(new InvalidInputError('sql', 'took more than there is: its process died'));
  const aborted = (): void => reject(signal.reason);
  signal.addEventListener('abort', aborted, { once: true });
  child.once('message', resolve).once('disconnect', died).once('error', died);
  child.send(order);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', aborted);
    child.off('message', resolve).off('disconnect', died).off('error', died);
  });
}

/** Makes the warehouse; nothing is started before the first question. */
export function duckdbWarehouse(options: DuckdbOptions = {}): Warehouse {
  return new DuckdbWarehouse(options);
}
