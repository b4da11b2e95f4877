/** Features in one SQLite file, two bytes a number. */
import type { DatabaseSync } from 'node:sqlite';
import { UnavailableError } from '#kernel/errors';
import { type Durability, openSqlite, preparedIn } from '#kernel/sqlite';
import { SqliteWriter } from '#kernel/sqlite-writer';
import { fromHalf, toHalf } from './half.ts';
import type { Features, FeatureWrite } from './port.ts';

/** How to open the features. */
export interface SqliteFeaturesOptions {
  /** The SQLite file. */
  readonly path: string;
  readonly durability: Durability;
}

const schema = [
  `create table names (id integer primary key, name text not null unique) strict;
  create table features (
    name integer not null,
    entity text not null,
    version integer not null,
    value blob not null,
    unique (name, entity)
  ) strict;
  create index features_by_entity on features (entity);
  create table tallies (name integer primary key, count integer not null) strict;
  create trigger features_added after insert on features begin
    insert into tallies values (new.name, 1) on conflict do update set count = count + 1;
  end;
  create trigger features_removed after delete on features begin
    update tallies set count = count - 1 where name = old.name;
  end;`,
];

const upsert = `insert into features (name, entity, version, value)
  values ((select id from names where name = ?), ?, ?, ?)
  on conflict do update set version = excluded.version, value = excluded.value
  where excluded.version >= version`;
const named = 'name = (select id from names where name = ?)';

/** So many rows are written or read in one turn of the event loop: about two megabytes. */
const turnRows = 500;

type Row = { readonly entity: string; readonly value: Uint8Array };

function* parts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += turnRows) yield all.slice(start, start + turnRows);
}

class SqliteFeatures implements Features {
  readonly #db: DatabaseSync;
  readonly #writer: SqliteWriter;
  readonly #prepared: ReturnType<typeof preparedIn>;

  constructor(options: SqliteFeaturesOptions) {
    this.#db = openSqlite({ ...options, schema });
    this.#writer = new SqliteWriter(this.#db, 'the features');
    this.#prepared = preparedIn(this.#db);
  }

  async put(writes: readonly FeatureWrite[]): Promise<void> {
    const rows = writes.map(({ value, ...row }) => ({ ...row, value: toHalf(value) }));
    const stored = parts(rows).map((part) =>
      this.#writer.run(() => {
        for (const name of new Set(part.map((row) => row.name))) {
          this.#prepared('insert or ignore into names (name) values (?)').run(name);
        }
        for (const { name, entity, version, value } of part) {
          this.#prepared(upsert).run(name, entity, version, value);
        }
      }),
    );
    await Promise.all(stored);
  }

  async getMany(name: string, entities: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>();
    const sql = `select entity, value from features
      where ${named} and entity in (select value from json_each(?))`;
    for (const part of parts(entities)) {
      if (found.size > 0) await new Promise(setImmediate);
      this.#requireOpen();
      const rows = this.#prepared(sql).all(name, JSON.stringify(part)) as Row[];
      for (const { entity, value } of rows) found.set(entity, fromHalf(value));
    }
    return found;
  }

  async scan(name: string, after: string, limit: number): Promise<{ entity: string; value: Float32Array }[]> {
    this.#requireOpen();
    const sql = `select entity, value from features where ${named} and entity > ? order by entity limit ? + 0`;
    const rows = this.#prepared(sql).all(name, after, limit) as Row[];
    return rows.map(({ entity, value }) => ({ entity, value: fromHalf(value) }));
  }

  async count(name: string): Promise<number> {
    this.#requireOpen();
    return Number(this.#prepared(`select count from tallies where ${named}`).get(name)?.['count'] ?? 0);
  }

  async remove(entities: readonly string[]): Promise<void> {
    const sql = 'delete from features where entity in (select value from json_each(?))';
    const removed = parts(entities).map((part) =>
      this.#writer.run(() => this.#prepared(sql).run(JSON.stringify(part))),
    );
    await Promise.all(removed);
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#writer.close();
    this.#db.close();
  }

  #requireOpen(): void {
    if (!this.#db.isOpen) throw new UnavailableError('the features are closed');
  }
}

/**
 * Opens the features, making the file when missing. Numbers are finite and up to 65,504 in size. Calls of `put`
 * in one turn share a transaction; each 500 of its writes are atomic, in order.
 */
export function openSqliteFeatures(options: SqliteFeaturesOptions): Features {
  return new SqliteFeatures(options);
}
