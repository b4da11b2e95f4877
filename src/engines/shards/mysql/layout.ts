/** What differs between engines that speak MySQL's protocol: where rows are, and a few words of SQL. */
import { encodeId, type ObjectType, objectTypes } from '#kernel/ids';

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
  /** What a table's definition says of its primary key. */
  readonly clustered: string;
  /** Statements that set up a session. */
  readonly session: readonly string[];
  /** Numbers of errors that say that the same transaction may go well if it is run again. */
  readonly conflicts: ReadonlySet<number>;
  /** Whether a shard has its schema to itself, so that it is erased by dropping it and checked by checking its tables. */
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
    // Every answer to a commit then tells which transaction it was.
    session: [
      "set session /*M! session_track_system_variables = 'last_gtid', */ /*!80000 session_track_gtids = OWN_GTID, */ autocommit = 1",
    ],
    conflicts: new Set(),
    hasSchemas: true,
  };
}

/** Errors of TiDB by which a transaction was rolled back that may go well again: conflicts, and tables changed meanwhile. */
const tidbConflicts = new Set([8002, 8005, 8022, 8028, 9007]);

/**
 * TiDB: one database for all shards, whose objects are keyed by their whole id, so that a shard is a range of every table.
 * There are no shared locks: writers of one shard, in all processes, come one after the other.
 */
export function databaseLayout(database: string): Layout {
  return {
    schema: () => database,
    listShards: (table) => `select distinct shard from \`${database}\`.\`${table}\``,
    objectKey: 'id',
    objectBase: (shard, type) => BigInt(encodeId({ shard, type: objectTypes[type], local: 0 })),
    hold: 'for update',
    clustered: '/*T![clustered_index] clustered */',
    session: [
      "set session /*T! tidb_txn_mode = 'pessimistic', tidb_constraint_check_in_place_pessimistic = 1, */ autocommit = 1",
    ],
    conflicts: tidbConflicts,
    hasSchemas: false,
  };
}
