/** The journal of a shard's file: the names of rows touched, noted by the transaction that touches them. */
import type { JournalPart, RowName, TransferTable } from '../transfer.ts';
import { journalTable } from './schema.ts';
import type { ShardFile } from './shard-file.ts';

/** What is read of a journal that has no entries. */
export const emptyJournal: JournalPart = { through: 0, names: [], hasMore: false };

/** Notes a row inside the transaction that touches it; nothing while the journal is off. */
export function note(file: ShardFile, table: TransferTable, ...key: (string | number)[]): void {
  if (!file.state.journal) return;
  file.run(`insert into "${journalTable}" (row_table, row_key) values (?, ?)`, table, JSON.stringify(key));
}

/** The oldest `limit` entries. */
export function readJournal(file: ShardFile, limit: number): JournalPart {
  if (!file.has(journalTable)) return emptyJournal;
  const sql = `select entry, row_table, row_key from "${journalTable}" order by entry limit ?`;
  const entries = file.rows(sql, limit);
  const names = new Map<string, RowName>();
  for (const [, table, key] of entries) {
    names.set(`${table} ${key}`, { table: table as TransferTable, key: JSON.parse(String(key)) });
  }
  return {
    through: Number(entries.at(-1)?.[0] ?? 0),
    names: [...names.values()],
    hasMore: entries.length === limit,
  };
}

/** Forgets entries, inside a transaction. */
export function trimJournal(file: ShardFile, through: number): void {
  if (file.has(journalTable)) file.run(`delete from "${journalTable}" where entry <= ?`, through);
}
