/**
 * What the event log holds of some shards, in the order of their commits. The log is in the order of its partitions, so
 * it is read once into a file of its own, sorted; memory stays bounded however long the log is.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { EventLog, LoggedEvent } from '#engines/event-log/port';
import type { JsonObject } from '#kernel/json';
import { openSqlite } from '#kernel/sqlite';
import { changesTopic } from '#services/events/contract';
import type { BackupOptions } from './contract.ts';

const schema = [
  `create table events (shard integer, sequence integer, at integer not null, event text not null,
    primary key (shard, sequence)) without rowid`,
];
const readLimit = 1000;

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

/** A sorted part of the log. */
export class ReplayLog {
  readonly #folder: string;
  readonly #db: DatabaseSync;
  /** Shards of which the log holds anything at all. */
  readonly #known = new Set<number>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#db = openSqlite({ path: path.join(folder, 'events.sqlite'), durability: 'process', schema });
  }

  /** Reads the log: of each shard in `from`, the events from that sequence on. */
  static async collect(
    log: EventLog,
    from: ReadonlyMap<number, number>,
    options: BackupOptions,
  ): Promise<ReplayLog> {
    const replay = new ReplayLog(await mkdtemp(path.join(tmpdir(), 'pinakes-replay-')));
    try {
      await replay.#read(log, from, options);
      return replay;
    } catch (error) {
      await replay.close();
      throw error;
    }
  }

  async #read(log: EventLog, from: ReadonlyMap<number, number>, options: BackupOptions): Promise<void> {
    const ends = await Promise.all(
      Array.from({ length: log.partitions }, (_, partition) => log.end(changesTopic, partition)),
    );
    const total = ends.reduce((sum, end) => sum + end, 0);
    let done = 0;
    for (const [partition, end] of ends.entries()) {
      for (let offset = 0; offset < end; ) {
        options.signal?.throwIfAborted();
        options.onProgress?.('Reading the event log', done, total);
        const events = await log.read(changesTopic, partition, offset, readLimit);
        const last = events.at(-1);
        if (!last) break;
        this.#take(events, from);
        offset = last.offset + 1;
        done += events.length;
      }
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
    this.#db
      .prepare('insert or ignore into events (shard, sequence, at, event) values (?, ?, ?, ?)')
      .run(shard, sequence, at, JSON.stringify(event));
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

  /** Events of a shard behind `after`, in order. */
  *behind(shard: number, after: number): Iterable<ShardEvent> {
    const sql =
      'select sequence, at, event from events where shard = ? and sequence > ? order by sequence limit 500';
    const page = this.#db.prepare(sql);
    let last = after;
    for (;;) {
      const rows = page.all(shard, last);
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
