/** The features port in one SQLite file, values as half-precision blobs. */
import type { DatabaseSync } from 'node:sqlite';
import { UnavailableError } from '#kernel/errors';
import { type Durability, openSqlite, preparedIn, SqliteWriter } from '#kernel/sqlite';
import type { Features, FeatureWrite } from './port.ts';

/** How to open features. */
export interface SqliteFeaturesOptions {
  /** The SQLite file, or `:memory:`. */
  readonly path: string;
  readonly durability: Durability;
}

const schema = [
  `create table features (
     name text not null, entity text not null, version integer not null, value blob not null,
     primary key (name, entity)) without rowid;
   create index features_by_entity on features (entity);`,
];

function packed(value: Float32Array): Uint8Array {
  return new Uint8Array(Float16Array.from(value).buffer);
}

function unpacked(blob: Uint8Array): Float32Array {
  // SQLite's buffers may start at an odd address, where no Float16Array can stand.
  return Float32Array.from(new Float16Array(Uint8Array.from(blob).buffer));
}

class SqliteFeatures implements Features {
  readonly #db: DatabaseSync;
  readonly #writer: SqliteWriter;
  readonly #prepared: ReturnType<typeof preparedIn>;
  #closed = false;

  constructor(options: SqliteFeaturesOptions) {
    this.#db = openSqlite({ ...options, schema });
    this.#writer = new SqliteWriter(this.#db, 'the features');
    this.#prepared = preparedIn(this.#db);
  }

  put(writes: readonly FeatureWrite[]): Promise<void> {
    const rows = writes.map(
      ({ entity, name, version, value }) => [name, entity, version, packed(value)] as const,
    );
    return this.#writer.run(() => {
      const upsert = this.#prepared(
        `insert into features (name, entity, version, value) values (?, ?, ?, ?)
         on conflict (name, entity) do update set version = excluded.version, value = excluded.value
         where excluded.version >= version`,
      );
      for (const row of rows) upsert.run(...row);
    });
  }

  async getMany(name: string, entities: readonly string[]): Promise<Map<string, Float32Array>> {
    this.#requireOpen();
    const read = this.#prepared('select value from features where name = ? and entity = ?');
    const found = new Map<string, Float32Array>();
    for (const entity of entities) {
      const value = read.get(name, entity)?.['value'];
      if (value instanceof Uint8Array) found.set(entity, unpacked(value));
    }
    return found;
  }

  async scan(name: string, after: string, limit: number): Promise<{ entity: string; value: Float32Array }[]> {
    this.#requireOpen();
    const rows = this.#prepared(
      'select entity, value from features where name = ? and entity > ? order by entity limit ?',
    ).all(name, after, limit);
    return rows.map((row) => ({
      entity: String(row['entity']),
      value: unpacked(row['value'] as Uint8Array),
    }));
  }

  async count(name: string): Promise<number> {
    this.#requireOpen();
    return Number(this.#prepared('select count(*) as n from features where name = ?').get(name)?.['n']);
  }

  remove(entities: readonly string[]): Promise<void> {
    return this.#writer.run(() => {
      const remove = this.#prepared('delete from features where entity = ?');
      for (const entity of entities) remove.run(entity);
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#writer.close();
    this.#db.close();
  }

  #requireOpen(): void {
    if (this.#closed) throw new UnavailableError('the features are closed');
  }
}

/** Opens features. Cost: two bytes a number; a read of a 2,000-long feature takes some 20 µs. */
export function openSqliteFeatures(options: SqliteFeaturesOptions): Features {
  return new SqliteFeatures(options);
}
