/** The column files port: rows of typed columns in one local file, as engines for analysis read them. */

/** `bigint` is 64 bits with a sign; `time` an instant, to the millisecond. */
export type ColumnType = 'text' | 'integer' | 'bigint' | 'time';

/** A column. Any value may be missing. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** A row: numbers for `integer` and for `time` (milliseconds since the epoch), decimal strings for `bigint`; null for missing. */
export type Row = Readonly<Record<string, string | number | null>>;

/** Rows of a file, counted from 0; `to` is the first one behind them. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

/** The port. */
export interface ColumnFiles {
  /** Writes a file of all rows in order; answers how many. It is not synced. Throws `InvalidInputError` where a value does not fit its column. */
  write(path: string, columns: readonly Column[], rows: AsyncIterable<readonly Row[]>): Promise<number>;
  /** The rows of a file in order, in pieces that cost few milliseconds each; those columns only, and some rows only when told. Throws `UnavailableError` for a damaged file. */
  read(path: string, columns: readonly Column[], rows?: RowSpan): AsyncIterable<Row[]>;
  /** How many rows a file says that it holds; reads its end only. Throws as `read` does. */
  count(path: string): Promise<number>;
  /** Lets go of what writing needs; it is fetched again when needed. */
  close(): Promise<void>;
}
