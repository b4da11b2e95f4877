/** The counters port in one SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import { UnavailableError } from '#kernel/errors';
import { type Durability, openSqlite, preparedIn, SqliteWriter } from '#kernel/sqlite';
import type { CountedEvent, Counters } from './port.ts';

/** How to open counters. */
export interface SqliteCountersOptions {
  /** The SQLite file, or `:memory:`. */
  readonly path: string;
  readonly durability: Durability;
}

const schema = [
  `create table counters (name text primary key, value integer not null) without rowid;
   create index counters_by_value on counters (value desc, name);
   create table sources (source text primary key, sequence integer not null) without rowid;`,
];

const remembered = 50_000;

class SqliteCounters implements Counters {
  readonly #db: DatabaseSync;
  readonly #writer: SqliteWriter;
  readonly #prepared: ReturnType<typeof preparedIn>;
  /** Values read since they last changed. This process is the only one that writes the file. */
  readonly #values = new LRUCache<string, number>({ max: remembered });
  #closed = false;

  constructor(options: SqliteCountersOptions) {
    this.#db = openSqlite({ ...options, schema });
    this.#writer = new SqliteWriter(this.#db, 'the counters');
    this.#prepared = preparedIn(this.#db);
  }

  async apply(events: readonly CountedEvent[]): Promise<void> {
    try {
      await this.#writer.run(() => {
        for (const event of events) if (this.#isNew(event)) this.#count(event);
      });
    } finally {
      // Only now: a value that is read while its transaction is open may be taken back with it.
      for (const { deltas } of events) for (const { counter } of deltas) this.#values.delete(counter);
    }
  }

  #isNew({ source, sequence }: CountedEvent): boolean {
    const upsert = this.#prepared(
      `insert into sources (source, sequence) values (?, ?)
       on conflict (source) do update set sequence = excluded.sequence where excluded.sequence > sequence`,
    );
    return Number(upsert.run(source, sequence).changes) > 0;
  }

  #count({ deltas }: CountedEvent): void {
    const add = this.#prepared(
      `insert into counters (name, value) values (?, ?)
       on conflict (name) do update set value = value + excluded.value`,
    );
    for (const { counter, by } of deltas) if (by !== 0) add.run(counter, by);
  }

  async getMany(counters: readonly string[]): Promise<Map<string, number>> {
    this.#requireOpen();
    const values = new Map<string, number>();
    for (const name of counters) values.set(name, this.#values.get(name) ?? this.#read(name));
    return values;
  }

  #read(name: string): number {
    const read = this.#prepared('select value from counters where name = ?');
    const value = Number(read.get(name)?.['value'] ?? 0);
    this.#values.set(name, value);
    return value;
  }

  async top(prefix: string, limit: number): Promise<{ counter: string; value: number }[]> {
    this.#requireOpen();
    // The range of names is what makes a prefix match exact, whatever characters it holds.
    const rows = this.#prepared(
      `select name, value from counters where name >= ? and substr(name, 1, ?) = ?
       order by value desc, name limit ?`,
    ).all(prefix, prefix.length, prefix, limit);
    return rows.map((row) => ({ counter: String(row['name']), value: Number(row['value']) }));
  }

  async clear(): Promise<void> {
    try {
      await this.#writer.run(() => {
        this.#db.exec('delete from counters; delete from sources;');
      });
    } finally {
      this.#values.clear();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#writer.close();
    this.#db.close();
  }

  #requireOpen(): void {
    if (this.#closed) throw new UnavailableError('the counters are closed');
  }
}

/** Opens counters. Cost: 0.2 µs a counter that was read before, microseconds for others; events applied in one turn of the event loop share a transaction. */
export function openSqliteCounters(options: SqliteCountersOptions): Counters {
  return new SqliteCounters(options);
}
