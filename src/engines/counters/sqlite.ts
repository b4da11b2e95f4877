/** Counters in one SQLite file: the numbers, and the last sequence that was counted of every source, in the same transaction. */
import type { DatabaseSync } from 'node:sqlite';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { recent } from '#kernel/lru';
import { type Durability, openSqlite, preparedIn } from '#kernel/sqlite';
import { SqliteWriter } from '#kernel/sqlite-writer';
import { Stamps, type Unchanged } from '#kernel/stamps';
import type { CountedEvent, Counters } from './port.ts';

/** How to open the counters. */
export interface SqliteCountersOptions {
  /** The SQLite file. */
  readonly path: string;
  readonly durability: Durability;
}

// A counter's space is its name up to the first colon, which is how services group them.
const schema = [
  `create table counters (
    counter text primary key,
    value integer not null,
    space text not null generated always as (substr(counter, 1, instr(counter, ':'))) virtual
  ) strict, without rowid;
  create index counters_by_value on counters (space, value desc, counter);
  create table sources (source text primary key, sequence integer not null) strict, without rowid;`,
];

const addTo = `insert into counters (counter, value) values (?1, ?2)
  on conflict do update set value = value + ?2`;
const setSource = 'insert into sources values (?, ?) on conflict do update set sequence = excluded.sequence';

/** About 15 MB when full. */
const mostRemembered = 100_000;

/** So few are sooner read one by one than as a list. */
const fewCounters = 8;

interface CounterRow {
  readonly counter: string;
  readonly value: number;
}

/** What a batch of events adds up to. */
interface Sum {
  readonly deltas: Map<string, number>;
  readonly sources: Map<string, number>;
}

/** Adds up the events that were not counted yet; `last` answers the last sequence counted of a source. */
function addUp(events: readonly CountedEvent[], last: (source: string) => number): Sum {
  const deltas = new Map<string, number>();
  const sources = new Map<string, number>();
  for (const event of events) {
    if (event.sequence <= (sources.get(event.source) ?? last(event.source))) continue;
    sources.set(event.source, event.sequence);
    for (const { counter, by } of event.deltas) deltas.set(counter, (deltas.get(counter) ?? 0) + by);
  }
  return { deltas, sources };
}

function requireWhole(events: readonly CountedEvent[]): void {
  for (const { sequence, deltas } of events) {
    if (!Number.isSafeInteger(sequence)) throw new InvalidInputError('sequence', 'must be a whole number');
    if (!deltas.every(({ by }) => Number.isSafeInteger(by))) {
      throw new InvalidInputError('by', 'must be a whole number');
    }
  }
}

/** The first text behind all texts that begin with `prefix`. */
const behind = (prefix: string): string => `${prefix}\u{10ffff}`;

class SqliteCounters implements Counters {
  readonly #db: DatabaseSync;
  readonly #writer: SqliteWriter;
  readonly #prepared: ReturnType<typeof preparedIn>;
  /** Values since they last changed: only this process writes the file, and every page of pins reads the same ones. */
  readonly #remembered = recent<string, number>(mostRemembered);
  readonly #stamps = new Stamps();

  constructor(options: SqliteCountersOptions) {
    this.#db = openSqlite({ ...options, schema });
    this.#writer = new SqliteWriter(this.#db, 'the counters');
    this.#prepared = preparedIn(this.#db);
  }

  async apply(events: readonly CountedEvent[]): Promise<void> {
    requireWhole(events);
    try {
      await this.#writer.runUnsynced(() => this.#store(addUp(events, (source) => this.#last(source))));
    } finally {
      // Not earlier: what is read while the transaction is open may be taken back with it.
      const changed = new Set(events.flatMap(({ deltas }) => deltas.map(({ counter }) => counter)));
      for (const counter of changed) this.#remembered.delete(counter);
      this.#stamps.changed(changed);
    }
  }

  settle(): Promise<void> {
    return this.#writer.settle();
  }

  async getMany(counters: readonly string[]): Promise<Map<string, number>> {
    this.#requireOpen();
    const values = new Map<string, number>();
    const missing: string[] = [];
    for (const counter of counters) {
      const known = this.#remembered.get(counter);
      // Set at once, so that the answer has the order that was asked for.
      values.set(counter, known ?? 0);
      if (known === undefined) missing.push(counter);
    }
    if (missing.length > 0) this.#read(missing, values);
    return values;
  }

  watch(counters: readonly string[]): Unchanged {
    return this.#stamps.watch(counters);
  }

  #read(counters: readonly string[], values: Map<string, number>): void {
    const rows = counters.length > fewCounters ? this.#readMany(counters) : this.#readEach(counters);
    for (const { counter, value } of rows) values.set(counter, value);
    for (const counter of counters) this.#remembered.set(counter, values.get(counter) ?? 0);
  }

  #readMany(counters: readonly string[]): readonly CounterRow[] {
    const sql = 'select counter, value from counters where counter in (select value from json_each(?))';
    return this.#prepared(sql).all(JSON.stringify(counters)) as unknown as CounterRow[];
  }

  #readEach(counters: readonly string[]): readonly CounterRow[] {
    const statement = this.#prepared('select counter, value from counters where counter = ?');
    return counters.flatMap((counter) => (statement.get(counter) as CounterRow | undefined) ?? []);
  }

  async top(prefix: string, limit: number): Promise<{ counter: string; value: number }[]> {
    this.#requireOpen();
    const whole = prefix.indexOf(':') === prefix.length - 1 && prefix !== '';
    const under = whole ? 'space = ?' : 'counter >= ? and counter < ?';
    const sql = `select counter, value from counters where ${under} order by value desc, counter limit ? + 0`;
    const rows = this.#prepared(sql).all(...(whole ? [prefix] : [prefix, behind(prefix)]), limit);
    return rows.map((row) => ({ counter: String(row['counter']), value: Number(row['value']) }));
  }

  async clear(): Promise<void> {
    try {
      await this.#writer.run(() => this.#db.exec('delete from counters; delete from sources'));
    } finally {
      this.#remembered.clear();
      this.#stamps.allChanged();
    }
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#writer.close();
    this.#db.close();
  }

  #last(source: string): number {
    const row = this.#prepared('select sequence from sources where source = ?').get(source);
    return Number(row?.['sequence'] ?? Number.NEGATIVE_INFINITY);
  }

  #store({ deltas, sources }: Sum): void {
    for (const [counter, by] of deltas) if (by !== 0) this.#prepared(addTo).run(counter, by);
    for (const [source, sequence] of sources) this.#prepared(setSource).run(source, sequence);
  }

  #requireOpen(): void {
    if (!this.#db.isOpen) throw new UnavailableError('the counters are closed');
  }
}

/**
 * Opens the counters, making the file when missing. Calls of `apply` in one turn share a transaction, and all of them
 * until `settle` a sync to disk. Values that were read before are answered from memory, 0.2 µs each. `top` reads only what it answers when its prefix is all up to the first colon of its counters (`saves:`); else it sorts all under it.
 */
export function openSqliteCounters(options: SqliteCountersOptions): Counters {
  return new SqliteCounters(options);
}
