/** The tables of a shard. */
import { objectTypes } from '#kernel/ids';
import { isMappingName } from '../mapping-name.ts';
import type { TransferTable } from '../transfer.ts';

/** How the shard stands: one row, made when it is first told. The dot keeps the name from being a mapping's. */
export const stateTable = 'transfer.state';
/** The names of rows that were touched since the journal began, oldest first. */
export const journalTable = 'transfer.journal';

const fixed: Readonly<Record<string, string>> = {
  outbox: '(sequence integer primary key autoincrement, event text not null)',
  claims: '(space text, key text, id integer not null, primary key (space, key)) without rowid',
  sequences: '(type text primary key, next integer not null) without rowid',
};
const rare: Readonly<Record<string, string>> = {
  [stateTable]: '(one integer primary key check (one = 1), seal text, journal integer not null)',
  [journalTable]: '(entry integer primary key autoincrement, row_table text not null, row_key text not null)',
};
const object =
  '(local_id integer primary key, data text not null, version integer not null, created_at integer not null)';
const mapping =
  '(from_id integer, to_id integer, sequence integer not null, primary key (from_id, to_id)) without rowid';

const usual = [...Object.keys(fixed), ...Object.keys(objectTypes)];

/** The tables that every shard has and that are not in `present`. */
export function missingTables(present: ReadonlySet<string>): string[] {
  return usual.filter((name) => !present.has(name));
}

/** The SQL that makes a table: a fixed one, an object type's, or else a mapping's. */
export function tableSql(name: string): string {
  const columns = fixed[name] ?? rare[name] ?? (Object.hasOwn(objectTypes, name) ? object : mapping);
  const table = `create table "${name}" ${columns};`;
  return columns === mapping
    ? `${table} create index "${name}.order" on "${name}" (from_id, sequence);`
    : table;
}

/** The tables of a file that hold what is copied with a shard. */
export function tablesOf(file: { tables(): string[] }): TransferTable[] {
  const objects = Object.keys(objectTypes).map((type) => `object:${type}` as TransferTable);
  const mappings = file.tables().filter(isMappingName);
  return [...objects, ...mappings.map((name) => `mapping:${name}` as const), 'claims', 'outbox', 'sequences'];
}
