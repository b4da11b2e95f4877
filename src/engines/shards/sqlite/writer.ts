/**
 * Group commit over all shards of a process.
 *
 * Writes wait per shard. Once a turn of the event loop, every shard with waiting writes runs
 * as many of them as fit into its share of the turn in one transaction. When one throws, the
 * transaction is rolled back, those before it run again together and it runs alone, so that
 * only the faulty one fails; work must therefore be safe to run again. Where writes must survive a loss
 * of power, the group is then synced in a thread, and only after that does it count as done. The next
 * ones are run meanwhile, so that who waits for a write to be seen does not wait for the disk too; they
 * share the sync after it. Where the WAL has grown, writes wait until all of it is on disk and moved into
 * the file; the WAL of a shard that is left alone is moved sooner. A shard whose sync failed refuses
 * writes until it is reopened, for nobody knows then what is on disk.
 */
import type { Durability } from '#kernel/sqlite';
import { turnMs } from '#kernel/turns';
import { named } from '../named.ts';
import { outboxEnd } from './outbox.ts';
import { QuietFiles } from './quiet-files.ts';
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

/** Milliseconds for which nobody writes to a shard that is said to be quiet. */
const usualQuietMs = 2000;

/** The writes of all shards. */
export class ShardWriter {
  readonly #durability: Durability;
  readonly #waiting = new Map<ShardFile, Write[]>();
  /** Writes that ran and wait for a sync to begin. */
  readonly #applied = new Map<ShardFile, Settle[]>();
  readonly #syncing = new Set<ShardFile>();
  /** Files to which something was committed since their last sync began. */
  readonly #unsynced = new Set<ShardFile>();
  /** Files into which the WAL is being moved. */
  readonly #moving = new Set<ShardFile>();
  /** Files whose WAL is to be moved though it is not full. */
  readonly #early = new Set<ShardFile>();
  readonly #quiet: QuietFiles<ShardFile>;
  readonly #faults = new Map<ShardFile, unknown>();
  #isScheduled = false;
  #idle: (() => void) | undefined;

  constructor(durability: Durability, quietMs = usualQuietMs) {
    this.#durability = durability;
    this.#quiet = new QuietFiles(quietMs, (file) => this.#moveEarly(file));
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

  /** Resolves when no write waits or is being synced. None may be asked for any more. */
  async close(): Promise<void> {
    this.#quiet.close();
    if (this.#waiting.size === 0 && this.#syncing.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  /** Twice in a turn of the event loop: whom the first lets go on often writes once more, and need not wait for everybody else. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    let until = 0;
    setImmediate(() => {
      this.#isScheduled = false;
      until = performance.now() + turnMs;
      this.#turn(until);
    });
    setImmediate(() => this.#turn(until));
  }

  #turn(until: number): void {
    for (const file of [...this.#waiting.keys()]) {
      if (performance.now() >= until) break;
      if (this.#mayRun(file)) this.#group(file);
    }
    this.#rest();
  }

  /** Goes on with what still waits, or tells that nothing does. */
  #rest(): void {
    const isReady = this.#waiting.keys().some((file) => this.#mayRun(file));
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
    this.#unsynced.add(file);
    this.#quiet.written(file);
    // Behind the other shards, so that each gets its turn.
    if (waiting.length > 0) this.#waiting.set(file, waiting);
    if (this.#durability !== 'power') for (const settle of settled.splice(0)) settle();
    if (this.#durability === 'power' || this.#isToMove(file)) this.#syncSoon(file, settled);
  }

  /** Whether a shard's WAL is to be moved: one after the other, for the disk is everybody's. */
  #isToMove(file: ShardFile): boolean {
    return (file.isFull || this.#early.has(file)) && this.#moving.size === 0;
  }

  async #moveEarly(file: ShardFile): Promise<void> {
    if (!file.isGrown || this.#moving.size > 0 || this.#waiting.has(file) || this.#syncing.has(file)) return;
    this.#early.add(file);
    await this.#syncAll(file);
    this.#early.delete(file);
  }

  /** Whether a shard's writes may run: not while its WAL is to be moved, for then all of it has to be on disk. */
  #mayRun(file: ShardFile): boolean {
    return !this.#syncing.has(file) || !(this.#moving.has(file) || this.#isToMove(file));
  }

  #syncSoon(file: ShardFile, settled: readonly Settle[]): void {
    const before = this.#applied.get(file);
    if (before) before.push(...settled);
    else this.#applied.set(file, [...settled]);
    if (!this.#syncing.has(file)) void this.#syncAll(file);
  }

  /** Syncs until nothing that ran waits for it. */
  async #syncAll(file: ShardFile): Promise<void> {
    this.#syncing.add(file);
    do await this.#sync(file, this.#taken(file));
    while (this.#applied.has(file));
    this.#syncing.delete(file);
    this.#rest();
  }

  #taken(file: ShardFile): Settle[] {
    const settled = this.#applied.get(file) ?? [];
    this.#applied.delete(file);
    return settled;
  }

  async #sync(file: ShardFile, settled: readonly Settle[]): Promise<void> {
    try {
      if (this.#faults.has(file)) throw this.#faults.get(file);
      const end = outboxEnd(file);
      this.#unsynced.delete(file);
      await file.sync();
      if (this.#durability === 'power') file.durableOutbox = end;
      for (const settle of settled) settle();
      if (!this.#unsynced.has(file) && this.#isToMove(file)) await this.#checkpoint(file);
    } catch (error) {
      this.#faults.set(file, error);
      for (const settle of settled) settle(named(file.shard, error));
    }
  }

  async #checkpoint(file: ShardFile): Promise<void> {
    this.#moving.add(file);
    try {
      await file.checkpoint();
    } finally {
      this.#moving.delete(file);
    }
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
