/**
 * The warehouse port: questions in SQL over Parquet files.
 *
 * Whoever asks is not trusted: a question reads the tables that come with it and nothing else (no other file, no network, no
 * setting), writes nothing, and is held to limits of rows, bytes, time and memory.
 */
import type { Json } from '#kernel/json';

/** `bigint` is 64 bits with a sign; `time` an instant. */
export type WarehouseType = 'text' | 'integer' | 'bigint' | 'time' | 'date';

/** A table: Parquet files of one layout. */
export interface WarehouseTable {
  /** Lower-case letters and `_`. */
  readonly name: string;
  /** An absolute folder, the same for all tables of a question. */
  readonly folder: string;
  /** Which files below it, as `topic=a/∗/∗.parquet`; folders named `name=value` are columns. There may be none. */
  readonly pattern: string;
  /** Only these of them, by their names below the folder; all when left out. */
  readonly files?: readonly string[] | undefined;
  /** The columns that can be asked for; others in the files cannot. */
  readonly columns: readonly { readonly name: string; readonly type: WarehouseType }[];
}

/** A question. */
export interface WarehouseQuestion {
  /** One SELECT, in DuckDB's dialect. */
  readonly sql: string;
  readonly tables: readonly WarehouseTable[];
  /** Rows that are answered at most. */
  readonly maxRows: number;
  /** Milliseconds after which it is broken off. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string;
  /** As the engine calls it, `BIGINT`. */
  readonly type: string;
  readonly kind: 'number' | 'text';
}

/** An answer. Numbers that are not exact in JSON are decimal strings; instants and days are texts. */
export interface WarehouseAnswer {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly Json[])[];
  /** Whether there were more rows, or larger values, than can be answered. */
  readonly isCut: boolean;
  /** Milliseconds it took. */
  readonly ms: number;
}

/** The port. */
export interface Warehouse {
  /**
   * Answers a question; one at a time, others wait. Throws `InvalidInputError` for what is no question, may not be asked, takes
   * too long or too much memory; `UnavailableError` when too many wait; `ConflictError` when a named file is not there any more.
   */
  query(question: WarehouseQuestion): Promise<WarehouseAnswer>;
  /** Breaks off what runs. */
  close(): Promise<void>;
}
