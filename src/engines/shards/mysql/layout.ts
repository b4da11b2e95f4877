/** What differs between engines that speak MySQL's protocol: where rows are, and a few words of SQL. */
import type { ObjectType } from '#kernel/ids';

/**
 * An engine's ways. Tables are the same everywhere but for the key of objects; those that are not of one type or mapping
 * have the shard as the first column of their key.
 */
export interface Layout {
  /** The database that holds a shard's tables. */
  schema(shard: number): string;
  /** SQL that lists the numbers of shards that have a table, of those that hold rows at least. */
  listShards(table: string): string;
  /** The key column of object tables. */
  readonly objectKey: string;
  /** What the local ids of a shard's objects are counted from in that column. */
  objectBase(shard: number, type: ObjectType): bigint;
  /** Ends a `select` that keeps a row from being changed until the transaction is over. */
  readonly hold: string;
  /** What a table's definition says of its primary key and at its end. */
  readonly clustered: string;
  readonly tableOptions: string;
  /** Statements that set up a session. */
  readonly session: readonly string[];
  /** Numbers of errors that say that the same transaction may go well if it is run again. */
  readonly conflicts: ReadonlySet<number>;
  /** Whether whole schemas belong to one shard, so that it is erased by dropping its own. */
  readonly hasSchemas: boolean;
}

/** Digits of a shard's number in a schema's name. */
const digits = 5;

/** MySQL and MariaDB: a schema a shard, `pinakes_00123`. */
export function schemaLayout(prefix: string): Layout {
  return {
    schema: (shard) => `${prefix}_${String(shard).padStart(digits, '0')}`,
    listShards: (
      table,
    ) => `select cast(right(table_schema, ${digits}) as unsigned) from information_schema.tables
      where table_name = '${table}' and table_schema regexp '^${prefix}_[0-9]{${digits}}$'`,
    objectKey: 'local_id',
    objectBase: () => 0n,
    hold: 'lock in share mode',
    clustered: '',
    tableOptions: 'engine = InnoDB',
    session: [],
    conflicts: new Set(),
    hasSchemas: true,
  };
}
