/** How a shard stands, kept in its file. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { ShardSeal, ShardState } from '../transfer.ts';
import { journalTable, stateTable } from './schema.ts';

/** What this needs of a shard's file. */
interface Tables {
  has(table: string): boolean;
  ensureTable(name: string): void;
  rows(sql: string): SQLOutputValue[][];
  run(sql: string, ...values: SQLInputValue[]): number;
}

/** How a shard stands that was never told. */
export const openState: ShardState = { seal: null, journal: false };

/** Reads how the file's shard stands. */
export function readState(file: Tables): ShardState {
  if (!file.has(stateTable)) return openState;
  const [row] = file.rows(`select seal, journal from "${stateTable}"`);
  return row ? { seal: row[0] as ShardSeal, journal: row[1] === 1 } : openState;
}

/** Writes how it stands, inside a transaction. */
export function writeState(file: Tables, { seal, journal }: ShardState): void {
  file.ensureTable(stateTable);
  file.ensureTable(journalTable);
  file.run(`replace into "${stateTable}" (one, seal, journal) values (1, ?, ?)`, seal, journal ? 1 : 0);
}
