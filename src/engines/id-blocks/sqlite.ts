/** Reserved ids in one SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { idLimits, type ObjectType } from '#kernel/ids';
import { type Durability, openSqlite, preparedIn } from '#kernel/sqlite';
import { SqliteWriter } from '#kernel/sqlite-writer';
import type { IdBlock, IdBlocks } from './port.ts';

/** How to open the blocks. */
export interface SqliteIdBlocksOptions {
  /** The SQLite file. */
  readonly path: string;
  readonly durability: Durability;
}

const schema = [
  `create table blocks (
    number integer primary key autoincrement,
    shard integer not null,
    type text not null,
    first integer not null,
    count integer not null
  ) strict;
  create index blocks_of_type on blocks (shard, type, number);`,
];

const takeFirst = `delete from blocks
  where number = (select min(number) from blocks where shard = ?1 and type = ?2)
  returning first, count`;

/** Opens the blocks, making the file when missing. A write costs one sync to disk under `power`; calls in one turn share it. */
export function openSqliteIdBlocks(options: SqliteIdBlocksOptions): IdBlocks {
  return new SqliteIdBlocks(openSqlite({ ...options, schema }));
}

class SqliteIdBlocks implements IdBlocks {
  readonly #db: DatabaseSync;
  readonly #writer: SqliteWriter;
  readonly #prepared: ReturnType<typeof preparedIn>;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#writer = new SqliteWriter(db, 'the file of reserved ids');
    this.#prepared = preparedIn(db);
  }

  async put(blocks: readonly IdBlock[]): Promise<void> {
    for (const block of blocks) requireBlock(block);
    const insert = 'insert into blocks (shard, type, first, count) values (?, ?, ?, ?)';
    await this.#writer.run(() => {
      for (const { shard, type, first, count } of blocks)
        this.#prepared(insert).run(shard, type, first, count);
    });
  }

  async take(shard: number, type: ObjectType): Promise<IdBlock | undefined> {
    const row = await this.#writer.run(() => this.#prepared(takeFirst).get(shard, type));
    return row && { shard, type, first: Number(row['first']), count: Number(row['count']) };
  }

  async left(shard: number, type: ObjectType): Promise<number> {
    if (!this.#db.isOpen) throw new UnavailableError('the file of reserved ids is closed');
    const sum = 'select coalesce(sum(count), 0) as ids from blocks where shard = ? and type = ?';
    return Number(this.#prepared(sum).get(shard, type)?.['ids']);
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#writer.close();
    this.#db.close();
  }
}

function requireBlock({ first, count }: IdBlock): void {
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidInputError('count', 'must be a whole number from 1');
  if (!Number.isInteger(first) || first < 0 || first + count - 1 > idLimits.local) {
    throw new InvalidInputError('first', `must begin a block that ends at ${idLimits.local} at most`);
  }
}
