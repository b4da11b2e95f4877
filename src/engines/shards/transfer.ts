/**
 * Copying shards between engines: what every adapter of the shards port can do besides serving.
 *
 * A shard is seen as tables of rows in the order of their keys, the same in every engine, so that
 * one can be compared with another and made equal to it. While a shard is copied, its engine keeps
 * a journal: every transaction notes the keys of the rows it touched, as part of itself. Whoever
 * reads the journal and copies the rows of those keys as they are then brings the copy up to date,
 * whatever died in between. A shard can be sealed, so that a writer that missed its move is
 * refused instead of writing where nobody reads.
 */
import type { ObjectType } from '#kernel/ids';
import type { Shards } from './port.ts';

/**
 * A table: objects of a type, edges of a mapping, claims, the outbox, or sequences.
 * `sequences` holds the next local id of every type, and under `outbox` the next sequence of the outbox, each once it
 * is above 1.
 */
export type TransferTable = `object:${ObjectType}` | `mapping:${string}` | 'claims' | 'outbox' | 'sequences';

/**
 * A row's key: objects `[local]`, edges `[from, to]`, claims `[space, key]`, outbox `[sequence]`, sequences `[type]`.
 * Local ids and sequences are numbers, ids decimal strings. Keys are ordered part by part: numbers and ids by value,
 * other strings by the bytes of their UTF-8.
 */
export type RowKey = readonly (string | number)[];

/**
 * What a row holds besides its key: objects `[version, createdAt, json]`, edges `[sequence]`, claims `[id]`,
 * outbox `[json]`, sequences `[next]`. JSON is the very text that was written, byte by byte.
 */
export type RowValue = readonly (string | number)[];

/** A row. */
export interface TransferRow {
  readonly key: RowKey;
  readonly value: RowValue;
}

/** The name of a row. */
export interface RowName {
  readonly table: TransferTable;
  readonly key: RowKey;
}

/** What a row is to become; null: gone. */
export interface RowPut extends RowName {
  readonly value: RowValue | null;
}

/** A range of rows in short, to be compared with the same range elsewhere. */
export interface RangeDigest {
  readonly rows: number;
  /** The last row's key; undefined when there is none. */
  readonly last: RowKey | undefined;
  /** SHA-256 over keys and values in order, hexadecimal; equal for equal rows in any engine. */
  readonly digest: string;
}

/** Why a shard takes no writes: `read-only` for now, or `moved`, since its truth is elsewhere. Null: it takes them. */
export type ShardSeal = 'read-only' | 'moved' | null;

/** How a shard stands in its engine; kept with its data. */
export interface ShardState {
  readonly seal: ShardSeal;
  /** Whether transactions note the keys of the rows they touch. */
  readonly journal: boolean;
}

/** Part of a journal: the names of touched rows, each once, and the entry up to which they were read. */
export interface JournalPart {
  /** The last entry read; 0 when there is none. */
  readonly through: number;
  readonly names: RowName[];
  /** Whether there may be more behind it. */
  readonly hasMore: boolean;
}

/** The verbs. All reject with `UnavailableError` when the engine cannot answer. None needs the shard to be unsealed. */
export interface ShardTransfer {
  /** Tables that may hold rows. */
  tables(shard: number): Promise<TransferTable[]>;
  /** Rows behind `after`, in the order of keys, as committed. */
  page(shard: number, table: TransferTable, after: RowKey | undefined, limit: number): Promise<TransferRow[]>;
  /** Rows by key, in any order; missing ones absent. */
  pick(shard: number, table: TransferTable, keys: readonly RowKey[]): Promise<TransferRow[]>;
  /**
   * Makes rows be as told, all in one durable transaction, whatever they were; versions, times and JSON as given.
   * Sequences only rise: null, or a lower `next` than the present one, changes nothing, and ids reserved ahead of a
   * raised one are not given out. Not noted in the journal. Rejects with `InvalidInputError` when a row is none.
   */
  put(shard: number, rows: readonly RowPut[]): Promise<void>;
  /** The digest of at most `limit` rows behind `after`. */
  digest(shard: number, table: TransferTable, after: RowKey | undefined, limit: number): Promise<RangeDigest>;
  /** Everything of a shard at one moment, in parts of bounded size, while it is being written to. */
  snapshot(shard: number): AsyncIterable<{ table: TransferTable; rows: TransferRow[] }>;
  /** How the shard stands; `{ seal: null, journal: false }` where it was never told. */
  state(shard: number): Promise<ShardState>;
  /**
   * Tells how it stands from now on, durably. When it resolves, no transaction begun before is still under way: with a
   * journal on, every later write is in it; sealed, there is no later write. Sealed shards refuse `commit`, `allocate`
   * (but for ids reserved before), `claim` and `release` with `ShardSealedError`; reading and `trimOutbox` go on.
   */
  setState(shard: number, state: ShardState): Promise<void>;
  /** The oldest entries of the journal, about `limit` names of rows at most. */
  readJournal(shard: number, limit: number): Promise<JournalPart>;
  /** Forgets entries up to and including `through`. */
  trimJournal(shard: number, through: number): Promise<void>;
  /** Removes everything of a shard, its state and journal too. */
  erase(shard: number): Promise<void>;
}

/** An engine that serves shards and can give them away. */
export type MovableShards = Shards & ShardTransfer;
