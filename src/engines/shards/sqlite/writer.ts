/**
 * Group commit over all shards of a process.
 *
 * Writes wait per shard. Once a turn of the event loop, every shard with waiting writes runs
 * as many of them as fit into its share of the turn in one transaction. When one throws, the
 * transaction is rolled back, those before it run again together and it runs alone, so that
 * only the faulty one fails; work must therefore be safe to run again. Where writes must survive a loss
 * of power, the group is then synced in a thread, while the next one gathers, and only after
 * that does it count as done. Where the WAL has grown, it is then moved into the file before the next group. A shard whose sync failed refuses writes until it is reopened,
 * for nobody knows then what is on disk.
 */
import type { Durability } from '#kernel/sqlite';
import { turnMs } from '#kernel/turns';
import { named } from '../named.ts';
import { outboxEnd } from './outbox.ts';
import type { ShardFile } from './shard-file.ts';

interface Write {
  readonly work: () => unknown;
  readonly onApplied: (() => void) | undefined;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Tells a write's caller how it went; with `fault`, that it failed after all. */
type Settle = (fault?: unknown) => void;

/** Milliseconds that one group may take: half a turn, since a group with a conflict is written twice. */
const groupMs = turnMs / 2;

/** The writes of all shards. */
export class ShardWriter {
  readonly #durability: Durability;
  readonly #waiting = new Map<ShardFile, Write[]>();
  readonly #syncing = new Set<ShardFile>();
  readonly #faults = new Map<ShardFile, unknown>();
  #scheduled: NodeJS.Immediate | undefined;
  #idle: (() => void) | undefined;

  constructor(durability: Durability) {
    this.#durability = durability;
  }

  /** Runs synchronous work in the shard's next transaction; resolves with its answer when that is durable. `onApplied` hears of the commit. */
  run<T>(file: ShardFile, work: () => T, onApplied?: () => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const write = { work, onApplied, resolve: (answer: unknown) => resolve(answer as T), reject };
      const waiting = this.#waiting.get(file);
      if (waiting) waiting.push(write);
      else this.#waiting.set(file, [write]);
      this.#schedule();
    });
  }

  /** Resolves when all that was committed to a file so far is durable; at once when it is. */
  async settled(file: ShardFile): Promise<void> {
    if (this.#waiting.has(file) || this.#syncing.has(file)) await this.run(file, () => undefined);
  }

  /** Resolves when no write waits or is being synced. */
  async drained(): Promise<void> {
    if (this.#waiting.size === 0 && this.#syncing.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  #schedule(): void {
    this.#scheduled ??= setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = undefined;
    const until = performance.now() + turnMs;
    for (const file of [...this.#waiting.keys()]) {
      if (performance.now() >= until) break;
      if (!this.#syncing.has(file)) this.#group(file);
    }
    this.#rest();
  }

  /** Goes on with what still waits, or tells that nothing does. */
  #rest(): void {
    const isReady = this.#waiting.keys().some((file) => !this.#syncing.has(file));
    if (isReady) this.#schedule();
    else if (this.#waiting.size === 0 && this.#syncing.size === 0) this.#idle?.();
  }

  #group(file: ShardFile): void {
    const waiting = this.#waiting.get(file) ?? [];
    this.#waiting.delete(file);
    const until = performance.now() + groupMs;
    const settled: Settle[] = [];
    do settled.push(...together(file, waiting, until));
    while (waiting.length > 0 && performance.now() < until);
    // Behind the other shards, so that each gets its turn.
    if (waiting.length > 0) this.#waiting.set(file, waiting);
    if (this.#durability === 'power') return void this.#sync(file, settled);
    for (const settle of settled) settle();
    if (file.isFull) void this.#sync(file, []);
  }

  async #sync(file: ShardFile, settled: readonly Settle[]): Promise<void> {
    this.#syncing.add(file);
    try {
      if (this.#faults.has(file)) throw this.#faults.get(file);
      const end = outboxEnd(file);
      await file.sync();
      if (this.#durability === 'power') file.durableOutbox = end;
      for (const settle of settled) settle();
      await file.checkpoint();
    } catch (error) {
      this.#faults.set(file, error);
      for (const settle of settled) settle(named(file.shard, error));
    }
    this.#syncing.delete(file);
    this.#rest();
  }
}

/** How to settle a write that was committed. */
function settleWith(write: Write, answer: unknown): Settle {
  write.onApplied?.();
  return (fault) => (fault === undefined ? write.resolve(answer) : write.reject(fault));
}

function alone(file: ShardFile, write: Write): Settle {
  try {
    return settleWith(write, file.transaction(write.work));
  } catch (error) {
    return () => write.reject(named(file.shard, error));
  }
}

/** Runs writes in one transaction, until the time is up where one is given. */
function inOne(
  file: ShardFile,
  writes: readonly Write[],
  answers: unknown[],
  until = Number.POSITIVE_INFINITY,
): void {
  file.transaction(() => {
    for (const write of writes) {
      answers.push(write.work());
      if (performance.now() >= until) break;
    }
  });
}

/** Takes writes off the front and runs them; where one throws, those before it again without it, then it alone. */
function together(file: ShardFile, waiting: Write[], until: number): Settle[] {
  const answers: unknown[] = [];
  try {
    inOne(file, waiting, answers, until);
    return waiting.splice(0, answers.length).map((write, i) => settleWith(write, answers[i]));
  } catch (error) {
    const good = waiting.splice(0, answers.length);
    const [bad] = waiting.splice(0, 1);
    if (good.length === 0) return [() => bad?.reject(named(file.shard, error))];
    return [...again(file, good), ...(bad ? [alone(file, bad)] : [])];
  }
}

function again(file: ShardFile, writes: readonly Write[]): Settle[] {
  const answers: unknown[] = [];
  try {
    inOne(file, writes, answers);
    return writes.map((write, i) => settleWith(write, answers[i]));
  } catch {
    return writes.map((write) => alone(file, write));
  }
}
