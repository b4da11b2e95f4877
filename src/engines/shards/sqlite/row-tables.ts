/** The tables of a shard's file as rows with keys and values, described once and turned into SQL. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { requireMappingName } from '../mapping-name.ts';
import type { RowKey, RowValue, TransferRow, TransferTable } from '../transfer.ts';
import { outboxSequence, tableKind } from '../transfer-rows.ts';
import type { ShardFile } from './shard-file.ts';

/** Ids are 64-bit integers in the file and text outside of it. */
type ColumnType = 'number' | 'text' | 'id';
type Columns = readonly (readonly [name: string, type: ColumnType])[];

/** A table: where its rows come from, its key and its other columns. */
export interface RowTable {
  /** What must be there. */
  readonly name: string;
  /** What is read: the table, or a query. */
  readonly source: string;
  readonly key: Columns;
  readonly value: Columns;
}

const sequences = `(select type, next from sequences where next > 1
  union all select name, seq + 1 from sqlite_sequence where name = '${outboxSequence}' and seq > 0)`;
const idKey = [
  ['from_id', 'id'],
  ['to_id', 'id'],
] as const;
const objectValue = [
  ['version', 'number'],
  ['created_at', 'number'],
  ['data', 'text'],
] as const;
const claimKey = [
  ['space', 'text'],
  ['key', 'text'],
] as const;

function own(name: string, key: Columns, value: Columns): RowTable {
  return { name, source: `"${name}"`, key, value };
}

/** Describes a table; throws `InvalidInputError` when there can be no such one. */
export function rowTable(table: TransferTable): RowTable {
  const kind = tableKind(table);
  switch (kind.kind) {
    case 'object':
      return own(kind.type, [['local_id', 'number']], objectValue);
    case 'mapping':
      requireMappingName(kind.mapping);
      return own(kind.mapping, idKey, [['sequence', 'number']]);
    case 'claims':
      return own('claims', claimKey, [['id', 'id']]);
    case 'outbox':
      return own('outbox', [['sequence', 'number']], [['event', 'text']]);
    case 'sequences':
      return { ...own('sequences', [['type', 'text']], [['next', 'number']]), source: sequences };
  }
}

const names = (columns: Columns): string => columns.map(([name]) => `"${name}"`).join(', ');
const places = (columns: Columns): string =>
  columns.map(([, type]) => (type === 'id' ? 'cast(? as integer)' : '?')).join(', ');
const same = ({ key }: RowTable): string => `(${names(key)}) = (${places(key)})`;

function selection({ source, key, value }: RowTable): string {
  const columns = [...key, ...value].map(([name, type]) =>
    type === 'id' ? `cast("${name}" as text)` : `"${name}"`,
  );
  return `select ${columns.join(', ')} from ${source}`;
}

function toRow({ key, value }: RowTable, columns: readonly SQLOutputValue[]): TransferRow {
  const parts = [...key, ...value].map(([, type], i) =>
    type === 'number' ? Number(columns[i]) : String(columns[i]),
  );
  return { key: parts.slice(0, key.length), value: parts.slice(key.length) };
}

/** Rows behind a key, in the order of keys. */
export function readPage(
  file: ShardFile,
  table: RowTable,
  after: RowKey | undefined,
  limit: number,
): TransferRow[] {
  if (!file.has(table.name)) return [];
  const behind = after ? `where (${names(table.key)}) > (${places(table.key)})` : '';
  const sql = `${selection(table)} ${behind} order by ${names(table.key)} limit ?`;
  return file.rows(sql, ...(after ?? []), limit).map((columns) => toRow(table, columns));
}

/** The row of a key, where there is one. */
export function readRow(file: ShardFile, table: RowTable, key: RowKey): TransferRow[] {
  if (!file.has(table.name)) return [];
  const sql = `${selection(table)} where ${same(table)}`;
  return file.rows(sql, ...key).map((columns) => toRow(table, columns));
}

/** Makes a row be as told, inside a transaction; null: gone. */
export function writeRow(file: ShardFile, table: RowTable, key: RowKey, value: RowValue | null): void {
  if (table.source === sequences) raise(file, key, value);
  else if (value === null) remove(file, table, key);
  else replace(file, table, [...key, ...value]);
}

function replace(file: ShardFile, table: RowTable, values: readonly SQLInputValue[]): void {
  file.ensureTable(table.name);
  const columns = [...table.key, ...table.value];
  file.run(`replace into ${table.source} (${names(columns)}) values (${places(columns)})`, ...values);
}

function remove(file: ShardFile, table: RowTable, key: RowKey): void {
  if (file.has(table.name)) file.run(`delete from ${table.source} where ${same(table)}`, ...key);
}

/** Sequences only rise. */
function raise(file: ShardFile, [type = '']: RowKey, value: RowValue | null): void {
  const [next] = value ?? [];
  if (next === undefined) return;
  if (type !== outboxSequence) {
    const sql = `insert into sequences (type, next) values (?, ?)
      on conflict do update set next = max(next, excluded.next)`;
    file.run(sql, type, next);
    return;
  }
  // SQLite keeps the numbers of its autoincrement columns here, without a key.
  file.run(
    `insert into sqlite_sequence (name, seq) select ?, 0
    where not exists (select 1 from sqlite_sequence where name = ?)`,
    type,
    type,
  );
  file.run('update sqlite_sequence set seq = max(seq, ?) where name = ?', Number(next) - 1, type);
}
