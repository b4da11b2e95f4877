/** The same SQL on the driver alone: `node:sqlite`, a file a shard, every transaction synced. */
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type BareStore, homeOf, saveOf, shardCount } from './store-library.ts';

const pragmas = `pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;
  pragma cache_size = -16000; pragma mmap_size = 67108864; pragma temp_store = memory;`;

function tables(): string {
  const objects = ['pin', 'board', 'user', 'media'].map(
    (type) =>
      `create table ${type} (local_id integer primary key, data text not null, version integer not null, created_at integer not null);`,
  );
  const mappings = ['board_has_pin', 'user_has_pin', 'user_has_media', 'user_owns_board'].map(
    (
      name,
    ) => `create table ${name} (from_id integer, to_id integer, sequence integer not null, primary key (from_id, to_id)) without rowid;
      create index "${name}.order" on ${name} (from_id, sequence);`,
  );
  return `${objects.join('')}${mappings.join('')}
    create table outbox (sequence integer primary key autoincrement, event text not null);`;
}

const insertPin =
  'insert into pin (local_id, data, version, created_at) values (?, ?, 1, ?) on conflict do nothing';
const insertEvent = 'insert into outbox (event) values (?)';

function insertEdge(mapping: string): string {
  return `insert into ${mapping} (from_id, to_id, sequence) values (?, ?, ?)
    on conflict do update set sequence = excluded.sequence`;
}

class BareFile {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(pragmas + tables());
  }

  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#db.prepare(sql);
    made.setReturnArrays(true);
    this.#statements.set(sql, made);
    return made;
  }

  transaction(work: () => void): void {
    this.statement('begin immediate').run();
    work();
    this.statement('commit').run();
  }

  /** The statements of one save. */
  save(shard: number, local: number, at: number): void {
    for (const change of saveOf(shard, local, at)) {
      if (change.kind === 'put') this.statement(insertPin).run(local, JSON.stringify(change.data), at);
      if (change.kind === 'link')
        this.statement(insertEdge(change.mapping)).run(change.from, change.to, change.sequence);
      if (change.kind === 'emit') this.statement(insertEvent).run(JSON.stringify(change.event));
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** Opens one file a shard in `folder`, filled with `pins` pins each. */
export function openBareSqlite(folder: string, pins: number): BareStore {
  const files = Array.from(
    { length: shardCount },
    (_, shard) => new BareFile(path.join(folder, `${shard}.sqlite`)),
  );
  for (const [shard, file] of files.entries()) {
    file.transaction(() => {
      for (let local = 1; local <= pins; local += 1) file.save(shard, local, local);
      file.statement('delete from outbox').run();
    });
  }
  const at = (shard: number) => files[shard] as BareFile;
  return {
    async getMany({ shard, locals }) {
      const sql = `select local_id, data, version, created_at from pin where local_id in (${locals.map(() => '?').join()})`;
      const rows = at(shard)
        .statement(sql)
        .all(...locals) as unknown as [number, string, number, number][];
      return rows.map(([, data]) => JSON.parse(data)).length;
    },
    async range(shard, limit) {
      const sql = `select cast(to_id as text), sequence from board_has_pin where from_id = ?
        order by sequence desc, to_id desc limit ?`;
      return at(shard).statement(sql).all(homeOf(shard).board, limit).length;
    },
    async save(shard, local, moment) {
      at(shard).transaction(() => at(shard).save(shard, local, moment));
    },
    async close() {
      for (const file of files) file.close();
    },
  };
}
