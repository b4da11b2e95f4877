/** For tests of the events service: real shards and a real log in a folder, and consumers to watch. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openSegmentLog, type SegmentLog } from '#engines/event-log/segments';
import type { Shards } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import { ManualClock } from '#kernel/clock';
import { encodeId, type Id } from '#kernel/ids';
import { silentLog } from '#kernel/log';
import { type Consumer, changesTopic, type DeliveredChange, type Events } from '#services/events/contract';
import { createEvents, type EventsDeps } from '#services/events/index';
import { changeEvent } from '#services/store/contract';

/** How many shards the bed has. */
export const shardCount = 4;

/** The id of a pin. */
export const pinId = (local: number, shard = local % shardCount): Id => encodeId({ shard, type: 1, local });

/** The outbox change of a new pin. */
export const created = (id: Id, note: string): ReturnType<typeof changeEvent> =>
  changeEvent({ type: 'pin.created', id, version: 1, at: 0, actor: null, body: { note }, before: null });

/** A consumer that remembers what it was given, and whether it was ever run twice at once. */
export class Watcher implements Consumer {
  readonly name: string;
  seen: DeliveredChange[] = [];
  batches: number[] = [];
  overlapped = false;
  /** Runs before a batch is taken. */
  before: (changes: readonly DeliveredChange[]) => void | Promise<void> = () => undefined;
  #busy = false;

  constructor(name = 'watcher') {
    this.name = name;
  }
  get notes(): unknown[] {
    return this.seen.map(({ body }) => body['note']);
  }
  async apply(changes: readonly DeliveredChange[]): Promise<void> {
    this.overlapped ||= this.#busy;
    this.#busy = true;
    try {
      await this.before(changes);
      this.seen.push(...changes);
      this.batches.push(changes.length);
    } finally {
      this.#busy = false;
    }
  }
  async reset(): Promise<void> {
    this.seen = [];
    this.batches = [];
  }
}

/** Real engines in a temporary folder, and the services made on them. */
export class Bed {
  readonly clock = new ManualClock();
  readonly folder: string;
  readonly shards: Shards;
  readonly log: SegmentLog;
  readonly #made: Events[] = [];

  private constructor(folder: string, shards: Shards, log: SegmentLog) {
    this.folder = folder;
    this.shards = shards;
    this.log = log;
  }

  /** Opens engines in `folder`, a new temporary one when left out. */
  static async open(folder?: string, options: { segmentBytes?: number } = {}): Promise<Bed> {
    const root = folder ?? (await mkdtemp(path.join(os.tmpdir(), 'pinakes-events-')));
    const clock = new ManualClock();
    const shards = await openSqliteShards({
      folder: path.join(root, 'shards'),
      count: shardCount,
      durability: 'process',
    });
    const log = await openSegmentLog({
      folder: path.join(root, 'log'),
      durability: 'process',
      clock,
      ...options,
    });
    return new Bed(root, shards, log);
  }

  /** The service on this bed's engines, without pauses after failures. */
  events(consumers: readonly Consumer[], overrides: Partial<EventsDeps> = {}): Events {
    const made = createEvents({
      shards: this.shards,
      log: this.log,
      consumers,
      logger: silentLog,
      clock: this.clock,
      retry: { baseMs: 1, capMs: 1, tries: 5, parkAtMost: 20 },
      ...overrides,
    });
    this.#made.push(made);
    return made;
  }

  /** Commits new pins, each with its note as its event, one commit each. */
  async commit(count: number, from = 0): Promise<void> {
    const locals = Array.from({ length: count }, (_, i) => from + i + 1);
    await Promise.all(
      locals.map((local) => this.shards.commit(local % shardCount, [created(pinId(local), `n${local}`)])),
    );
  }

  /** How many changes the log holds. */
  async logged(): Promise<number> {
    let sum = 0;
    for (let p = 0; p < this.log.partitions; p++) sum += await this.log.end(changesTopic, p);
    return sum;
  }

  /** Stops everything and removes the folder. */
  async close(): Promise<void> {
    await Promise.all(this.#made.map((events) => events.stop()));
    await this.log.close();
    await this.shards.close();
    await rm(this.folder, { recursive: true });
  }
}
