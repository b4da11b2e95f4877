/**
 * What the event log holds of some shards, in the order of their commits. The log is in the order of its partitions, so
 * it is read once into a file of its own, sorted; memory stays bounded however long the log is.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { EventHistory, LoggedEvent } from '#engines/event-log/port';
import type { JsonObject } from '#kernel/json';
import { openSqlite } from '#kernel/sqlite';
import { changesTopic } from '#services/events/contract';
import type { BackupOptions } from './contract.ts';

const schema = [
  `create table events (shard integer, sequence integer, at integer not null, event text not null,
    primary key (shard, sequence)) without rowid`,
];

/** An event of a shard. */
export interface ShardEvent {
  readonly sequence: number;
  /** When it was committed, in milliseconds since the epoch. */
  readonly at: number;
  readonly event: JsonObject;
}

function eventOf({ value, at }: LoggedEvent): (ShardEvent & { shard: number }) | undefined {
  const event = value as JsonObject;
  const { shard, sequence, at: committed } = event;
  if (typeof shard !== 'number' || typeof sequence !== 'number') return undefined;
  return { shard, sequence, at: typeof committed === 'number' ? committed : at, event };
}

/** Where the log is read from, and how many partitions its topics have. */
export interface ReplaySource {
  readonly history: EventHistory;
  readonly partitions: number;
}

/** What of it: of each shard, the events from a sequence on; of those, what was logged at or after a moment. */
export interface ReplayPart {
  readonly from: ReadonlyMap<number, number>;
  /** Milliseconds since the epoch; from the beginning when left out. */
  readonly since?: number | undefined;
}

/** Sequences of a shard at which the log holds two different events. */
export interface Doubled {
  readonly first: number;
  readonly count: number;
}

/** A sorted part of the log. */
export class ReplayLog {
  readonly #folder: string;
  readonly #db: DatabaseSync;
  /** Shards of which the log holds anything at all. */
  readonly #known = new Set<number>();
  readonly #doubled = new Map<number, Doubled>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#db = openSqlite({ path: path.join(folder, 'events.sqlite'), durability: 'process', schema });
  }

  /** Reads a part of the log. */
  static async collect(source: ReplaySource, part: ReplayPart, options: BackupOptions): Promise<ReplayLog> {
    const replay = new ReplayLog(await mkdtemp(path.join(tmpdir(), 'pinakes-replay-')));
    try {
      await replay.#read(source, part, options);
      return replay;
    } catch (error) {
      await replay.close();
      throw error;
    }
  }

  async #read(
    { history, partitions }: ReplaySource,
    part: ReplayPart,
    options: BackupOptions,
  ): Promise<void> {
    const all = Array.from({ length: partitions }, (_, partition) => partition);
    const extents = await Promise.all(all.map((partition) => history.extent(changesTopic, partition)));
    const total = extents.reduce((sum, extent) => sum + (extent ? extent.next - extent.first : 0), 0);
    const start = part.since === undefined ? { offset: 0 } : { at: part.since };
    let before = 0;
    for (const [partition, extent] of extents.entries()) {
      if (!extent) continue;
      for await (const events of history.read(changesTopic, partition, start)) {
        options.signal?.throwIfAborted();
        this.#take(events, part.from);
        const done = before + (events.at(-1)?.offset ?? extent.first) - extent.first;
        options.onProgress?.('Reading the event log', done, total);
      }
      before += extent.next - extent.first;
    }
    options.onProgress?.('Reading the event log', total, total);
  }

  #take(events: readonly LoggedEvent[], from: ReadonlyMap<number, number>): void {
    this.#db.exec('begin');
    for (const logged of events) {
      const event = eventOf(logged);
      const first = event && from.get(event.shard);
      if (!event || first === undefined) continue;
      this.#known.add(event.shard);
      if (event.sequence >= first) this.add(event.shard, event);
    }
    this.#db.exec('commit');
  }

  /** Adds an event; one that is there stays as it is. */
  add(shard: number, { sequence, at, event }: ShardEvent): void {
    this.#known.add(shard);
    const json = JSON.stringify(event);
    const { changes } = this.#db
      .prepare('insert or ignore into events (shard, sequence, at, event) values (?, ?, ?, ?)')
      .run(shard, sequence, at, json);
    if (changes === 0) this.#compare(shard, sequence, json);
  }

  /** An event that comes again is the same, unless a shard went back and was written to anew. */
  #compare(shard: number, sequence: number, json: string): void {
    const row = this.#db
      .prepare('select event from events where shard = ? and sequence = ?')
      .get(shard, sequence);
    if (row?.['event'] === json) return;
    const { first = sequence, count = 0 } = this.#doubled.get(shard) ?? {};
    this.#doubled.set(shard, { first: Math.min(first, sequence), count: count + 1 });
  }

  /** Where the log tells two stories of a shard; undefined where it tells one. */
  doubled(shard: number): Doubled | undefined {
    return this.#doubled.get(shard);
  }

  /** How many events there are of a shard in a range of sequences, both ends included. */
  count(shard: number, first: number, last: number): number {
    const sql = 'select count(*) as count from events where shard = ? and sequence between ? and ?';
    return Number(this.#db.prepare(sql).get(shard, first, last)?.['count'] ?? 0);
  }

  /** When an event was committed; undefined when there is none. */
  timeOf(shard: number, sequence: number): number | undefined {
    const row = this.#db
      .prepare('select at from events where shard = ? and sequence = ?')
      .get(shard, sequence);
    return row && Number(row['at']);
  }

  /** The first sequence of a shard behind `after`; undefined when there is none. */
  firstBehind(shard: number, after: number): number | undefined {
    const sql = 'select min(sequence) as first from events where shard = ? and sequence > ?';
    const first = this.#db.prepare(sql).get(shard, after)?.['first'];
    return first === null || first === undefined ? undefined : Number(first);
  }

  /** Whether the log holds anything of a shard, however old. */
  knows(shard: number): boolean {
    return this.#known.has(shard);
  }

  has(shard: number, sequence: number): boolean {
    const sql = 'select 1 from events where shard = ? and sequence = ?';
    return this.#db.prepare(sql).get(shard, sequence) !== undefined;
  }

  /** The last sequence of a shard; 0 when there is none. */
  last(shard: number): number {
    const row = this.#db.prepare('select max(sequence) as last from events where shard = ?').get(shard);
    return Number(row?.['last'] ?? 0);
  }

  /** Events of a shard behind `after`, in order, up to `through`. */
  *behind(shard: number, after: number, through = Number.MAX_SAFE_INTEGER): Iterable<ShardEvent> {
    const sql = `select sequence, at, event from events where shard = ? and sequence > ? and sequence <= ?
      order by sequence limit 500`;
    const page = this.#db.prepare(sql);
    let last = after;
    for (;;) {
      const rows = page.all(shard, last, through);
      for (const { sequence, at, event } of rows) {
        last = Number(sequence);
        yield { sequence: last, at: Number(at), event: JSON.parse(String(event)) };
      }
      if (rows.length === 0) return;
    }
  }

  /** Removes the file. */
  async close(): Promise<void> {
    this.#db.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
