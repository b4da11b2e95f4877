/** Tables as rows with keys and values, described once and turned into SQL. */
import { idLimits, type ObjectType } from '#kernel/ids';
import { requireMappingName } from '../mapping-name.ts';
import type { RowKey, RowValue, TransferRow, TransferTable } from '../transfer.ts';
import { tableKind } from '../transfer-rows.ts';
import { journalSequence } from './journal.ts';
import type { Layout } from './layout.ts';
import type { Cell } from './link.ts';
import { idLiteral, integer, text } from './literals.ts';
import { localOf, objectKey, objectScope } from './objects.ts';

type Part = string | number;

/** A column: how its values are read and written. */
interface Column {
  readonly name: string;
  readonly read: (cell: Cell | undefined) => Part;
  readonly write: (part: Part | undefined) => string;
}

/** A table of one shard. */
export interface RowTable {
  readonly name: string;
  /** The condition that rows are of the shard. */
  readonly scope: string;
  /** Columns of every row of the shard that are not told, and their values. */
  readonly constant: readonly (readonly [name: string, value: string])[];
  readonly key: readonly Column[];
  readonly value: readonly Column[];
  /** What a value becomes that is put where one is: the given one unless said otherwise. */
  readonly replacing?: (column: string) => string;
  /** Whether rows may go. */
  readonly isLasting?: boolean;
}

const asText = (name: string): Column => ({ name, read: String, write: (part) => text(String(part)) });
const asId = (name: string): Column => ({ name, read: String, write: (part) => idLiteral(String(part)) });
const asNumber = (name: string): Column => ({
  name,
  read: Number,
  write: (part) => integer(Number(part), name),
});

const objectValue = [asNumber('version'), asNumber('created_at'), asText('data')];

function objects(layout: Layout, shard: number, type: ObjectType): RowTable {
  const key = {
    name: layout.objectKey,
    read: (cell: Cell | undefined) => localOf(layout, shard, type, cell ?? null),
    write: (part: Part | undefined) => objectKey(layout, shard, type, Number(part)),
  };
  return {
    name: type,
    scope: objectScope(layout, shard, type),
    constant: [],
    key: [key],
    value: objectValue,
  };
}

function edges(shard: number, mapping: string): RowTable {
  requireMappingName(mapping);
  const first = BigInt(shard) << 46n;
  const last = first + (BigInt(idLimits.type + 1) << 36n) - 1n;
  return {
    name: mapping,
    scope: `from_id between ${first} and ${last}`,
    constant: [],
    key: [asId('from_id'), asId('to_id')],
    value: [asNumber('sequence')],
  };
}

function fixed(shard: number, name: string, key: readonly Column[], value: readonly Column[]): RowTable {
  return { name, scope: `shard = ${shard}`, constant: [['shard', String(shard)]], key, value };
}

function sequences(shard: number): RowTable {
  const table = fixed(shard, 'sequences', [asText('type')], [asNumber('next')]);
  return {
    ...table,
    scope: `${table.scope} and next > 1 and type <> '${journalSequence}'`,
    replacing: (column) => `greatest(${column}, values(${column}))`,
    isLasting: true,
  };
}

/** Describes a table; throws `InvalidInputError` when there can be no such one. */
export function rowTable(layout: Layout, shard: number, table: TransferTable): RowTable {
  const kind = tableKind(table);
  switch (kind.kind) {
    case 'object':
      return objects(layout, shard, kind.type);
    case 'mapping':
      return edges(shard, kind.mapping);
    case 'claims':
      return fixed(shard, 'claims', [asText('space'), asText('name')], [asId('id')]);
    case 'outbox':
      return fixed(shard, 'outbox', [asNumber('sequence')], [asText('event')]);
    case 'sequences':
      return sequences(shard);
  }
}

const names = (columns: readonly Column[]): string => columns.map(({ name }) => name).join();

function tuple(columns: readonly Column[], parts: RowKey | RowValue): string {
  return columns.map(({ write }, i) => write(parts[i])).join();
}

/** All columns of a row, the key's first. */
export function columnsOf({ key, value }: RowTable): string {
  return names([...key, ...value]);
}

/** The row in these columns. */
export function rowOf({ key, value }: RowTable, cells: readonly Cell[]): TransferRow {
  return {
    key: key.map(({ read }, i) => read(cells[i])),
    value: value.map(({ read }, i) => read(cells[key.length + i])),
  };
}

/** The part of a query that finds rows behind a key, in the order of keys. */
export function behind({ key, scope }: RowTable, after: RowKey | undefined, limit: string): string {
  const [first, second] = key.map(({ name, write }, i) => [name, write(after?.[i] ?? 0)] as const);
  const order = `order by ${names(key)} limit ${limit}`;
  if (!after || !first) return `where ${scope} ${order}`;
  const [name, value] = first;
  if (!second) return `where ${scope} and ${name} > ${value} ${order}`;
  return `where ${scope} and ${name} >= ${value} and (${name} > ${value} or ${second[0]} > ${second[1]}) ${order}`;
}

/** The part of a query that finds rows by key; alternatives of two columns each, since not every optimizer sees into tuples. */
export function among({ key, scope }: RowTable, keys: readonly RowKey[]): string {
  const same = (one: RowKey) => key.map(({ name, write }, i) => `${name} = ${write(one[i])}`).join(' and ');
  const isAny =
    key.length > 1
      ? keys.map(same).join(' or ')
      : `${names(key)} in (${keys.map((one) => tuple(key, one)).join()})`;
  return `where ${scope} and (${isAny})`;
}

/** The SQL that puts rows into a table called `into`. */
export function putting(table: RowTable, into: string, rows: readonly TransferRow[]): string {
  const { constant, key, value, replacing = (column: string) => `values(${column})` } = table;
  const columns = [...constant.map(([name]) => name), columnsOf(table)].join();
  const fixedValues = constant.map(([, text]) => `${text},`).join('');
  const tuples = rows.map((row) => `(${fixedValues}${tuple(key, row.key)},${tuple(value, row.value)})`);
  const updates = value.map(({ name }) => `${name} = ${replacing(name)}`);
  return `insert into ${into} (${columns}) values ${tuples.join()} on duplicate key update ${updates.join()}`;
}
