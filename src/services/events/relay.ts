/**
 * From the shards' outboxes to the log. A round reads the outboxes that are said to hold something,
 * appends their entries, and remembers how far it is; outboxes are trimmed a little later, many
 * entries of a shard at a time, so that a save costs its shard one transaction and not two. What a crash leaves
 * both in an outbox and in the log is recognised by its shard and sequence, and not appended again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Counter } from 'prom-client';
import type { EventLog } from '#engines/event-log/port';
import type { OutboxEntry, Shards } from '#engines/shards/port';
import { UnavailableError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import type { Log } from '#kernel/log';
import { changesTopic } from './contract.ts';
import { identity, toLogged } from './delivered.ts';
import { recentChanges } from './recent.ts';
import { Trimming } from './trimming.ts';
import { Wakeup } from './wakeup.ts';

/** What the relay stands on. */
export interface RelayDeps {
  readonly shards: Shards;
  readonly log: EventLog;
  readonly logger: Log;
  readonly relayed: Counter | undefined;
  /** Milliseconds to wait after a failure. */
  readonly retryMs: number;
  /** Milliseconds between two rounds for which nobody waits: what comes meanwhile is appended together. */
  readonly gatherMs: () => number;
  /** Told of changes that a crash may have left, before they go to the log. */
  readonly mend?: Mend | undefined;
}

/** Mends what a crash may have left of changes. */
export type Mend = (events: readonly JsonObject[]) => Promise<void>;

interface Read {
  readonly shard: number;
  readonly entries: readonly OutboxEntry[];
}

interface Waiting {
  readonly targets: Map<number, number>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const readLimit = 500;
const roundLimit = 2000;
/** In a stream of changes. */
const mostUntrimmed = 1000;
const trimAfterMs = 500;
/** Looking for what a crash left opens every shard: that of a quiet installation can wait until it has begun to serve. */
const leftAfterMs = 1000;
/** Covers all that can be appended and not yet trimmed, unless trimming fails again and again. */
const recentLimit = mostUntrimmed + roundLimit + readLimit;

const notRunning = (): UnavailableError => new UnavailableError('the events service is not running');

/** One runs at a time. */
export class Relay {
  readonly #deps: RelayDeps;
  readonly #wakeup = new Wakeup();
  /** Rings when somebody waits for a round. */
  readonly #hurry = new Wakeup();
  /** Shards that may hold entries to append. */
  readonly #dirty = new Set<number>();
  /** The last sequence of each shard that is in the log. */
  readonly #through = new Map<number, number>();
  readonly #trimming: Trimming;
  /** Shards whose outbox could not be read. */
  readonly #unread = new Set<number>();
  /** Whether the last round left entries that were there to be read. */
  #isBehind = false;
  /** Whether outboxes may hold what was there before the relay began. */
  #mayBeLeft = true;
  /** Whether the log may hold changes that the relay does not know to be there. */
  #doubt = false;
  /** While in doubt: what the end of the log holds. */
  #recent: Set<string> | undefined;
  #waiting: Waiting[] = [];
  #unsubscribe: (() => void) | undefined;
  #running: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    this.#trimming = new Trimming(deps);
  }

  /** Begins with what a crash left in the outboxes: with the first entry or `flush`, after a second otherwise. */
  start(): void {
    this.#unsubscribe = this.#deps.shards.onOutbox((shard) => this.#note(shard));
    this.#running = this.#run();
  }

  /** Resolves when every entry that was in an outbox at the call is in the log. Rejects when an outbox cannot be read. */
  async flush(): Promise<void> {
    const targets = new Map<number, number>();
    for (const shard of await this.#deps.shards.shardsWithOutbox())
      targets.set(shard, await this.#last(shard));
    await new Promise<void>((resolve, reject) => {
      if (!this.#running || this.#stop.signal.aborted) return reject(notRunning());
      this.#waiting.push({ targets, resolve, reject });
      for (const shard of targets.keys()) this.#dirty.add(shard);
      this.#wakeup.ring();
      this.#hurry.ring();
    });
  }

  /** Finishes the round in hand and trims. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#unsubscribe?.();
    this.#wakeup.ring();
    this.#hurry.ring();
    await this.#running;
    for (const { reject } of this.#waiting.splice(0)) reject(notRunning());
  }

  #note(shard: number): void {
    this.#dirty.add(shard);
    this.#wakeup.ring();
  }

  /** The last sequence that a shard's outbox holds now. */
  async #last(shard: number): Promise<number> {
    let last = this.#through.get(shard) ?? 0;
    for (;;) {
      const entries = await this.#deps.shards.readOutbox(shard, last, readLimit);
      last = entries.at(-1)?.sequence ?? last;
      if (entries.length < readLimit) return last;
    }
  }

  async #findLeft(): Promise<void> {
    const left = await this.#deps.shards.shardsWithOutbox();
    this.#doubt = left.length > 0;
    for (const shard of left) this.#dirty.add(shard);
    this.#mayBeLeft = false;
  }

  async #run(): Promise<void> {
    await this.#wakeup.wait(leftAfterMs);
    while (!this.#stop.signal.aborted) {
      try {
        const start = performance.now();
        if (this.#mayBeLeft) await this.#findLeft();
        const moved = await this.#round();
        this.#answer();
        if (moved) await this.#gather(start);
        await this.#trimming.downTo(mostUntrimmed);
        if (this.#dirty.size === 0) await this.#rest();
      } catch (error) {
        this.#deps.logger.error({ err: error }, 'could not relay changes to the log');
        await sleep(this.#deps.retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
    await this.#finish().catch((error: unknown) => {
      this.#deps.logger.warn({ err: error }, 'outboxes keep changes until the next start');
    });
  }

  /** What was acknowledged is in the log when the installation stands still: a shard that is lost then loses nothing. */
  async #finish(): Promise<void> {
    if (this.#mayBeLeft && this.#dirty.size > 0) await this.#findLeft();
    while (this.#dirty.size > 0) await this.#round();
    await this.#trimming.downTo(0);
  }

  /** The first change after a rest is appended at once; in a stream of them a sync to disk is shared. */
  async #gather(start: number): Promise<void> {
    const ms = start + this.#deps.gatherMs() - performance.now();
    const isAwaited = this.#waiting.length > 0;
    if (ms > 0 && !isAwaited && !this.#isBehind && !this.#stop.signal.aborted) await this.#hurry.wait(ms);
  }

  async #rest(): Promise<void> {
    if (this.#unread.size === 0) this.#recent = undefined;
    await this.#wakeup.wait(this.#trimming.count > 0 ? trimAfterMs : undefined);
    // Nothing new for a while is a good moment to trim; in a stream of changes their number decides.
    await this.#trimming.downTo(0, () => this.#dirty.size > 0 || this.#stop.signal.aborted);
  }

  /** Appends what there is; whether there was anything. */
  async #round(): Promise<boolean> {
    if (this.#doubt) this.#recent = await recentChanges(this.#deps.log, recentLimit);
    this.#doubt = false;
    const reads = await this.#read();
    if (this.#recent) await this.#mend(reads);
    const fresh = reads.flatMap(({ shard, entries }) =>
      entries
        .filter(({ sequence }) => !this.#recent?.has(identity(shard, sequence)))
        .map((entry) => toLogged(shard, entry)),
    );
    try {
      if (fresh.length > 0) await this.#deps.log.append(changesTopic, fresh);
    } catch (error) {
      // Some partitions may have taken their share.
      this.#doubt = true;
      for (const { shard } of reads) this.#dirty.add(shard);
      throw error;
    }
    this.#deps.relayed?.inc(fresh.length);
    for (const read of reads) this.#relayed(read);
    return fresh.length > 0;
  }

  /** What cannot be mended now must not hold up everything else. */
  async #mend(reads: readonly Read[]): Promise<void> {
    const events = reads.flatMap(({ entries }) => entries.map(({ event }) => event));
    try {
      await this.#deps.mend?.(events);
    } catch (error) {
      this.#deps.logger.error({ err: error }, 'could not look after what a crash may have left');
    }
  }

  /** Entries of dirty shards, up to the limit of a round. */
  async #read(): Promise<Read[]> {
    const reads: Read[] = [];
    let room = roundLimit;
    this.#isBehind = false;
    for (const shard of [...this.#dirty]) {
      this.#isBehind ||= room <= 0;
      if (room <= 0) break;
      this.#dirty.delete(shard);
      const entries = await this.#readOne(shard);
      if (entries.length === readLimit) this.#goOn(shard);
      if (entries.length > 0) reads.push({ shard, entries });
      room -= entries.length;
    }
    return reads;
  }

  /** A shard has more than was read of it. */
  #goOn(shard: number): void {
    this.#dirty.add(shard);
    this.#isBehind = true;
  }

  /** A shard that cannot answer must not hold up the others: it is asked again later. */
  async #readOne(shard: number): Promise<OutboxEntry[]> {
    const { shards, logger, retryMs } = this.#deps;
    try {
      const entries = await shards.readOutbox(shard, this.#through.get(shard) ?? 0, readLimit);
      this.#unread.delete(shard);
      return entries;
    } catch (error) {
      this.#unread.add(shard);
      logger.warn({ err: error, shard }, 'could not read an outbox');
      setTimeout(() => this.#note(shard), retryMs).unref();
      return [];
    }
  }

  #relayed({ shard, entries }: Read): void {
    this.#through.set(shard, entries.at(-1)?.sequence ?? 0);
    this.#trimming.note(shard, entries);
  }

  #answer(): void {
    const reached = ([shard, sequence]: [number, number]): boolean =>
      (this.#through.get(shard) ?? 0) >= sequence;
    const [done, waiting] = [[], []] as [Waiting[], Waiting[]];
    for (const one of this.#waiting) (one.targets.entries().every(reached) ? done : waiting).push(one);
    this.#waiting = waiting;
    for (const { resolve } of done) resolve();
  }
}
