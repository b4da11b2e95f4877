/**
 * Copies a shard page by page.
 *
 * A page may be out of date by the time it is written to the copy. That does no harm as long as
 * the journal was on before the page was read and is applied after the page was written: every
 * row that changed meanwhile is in it, and is brought again as it is then. So pages and journal
 * take turns, never side by side.
 */
import type { TransferRow, TransferTable } from '#engines/shards/transfer';
import type { Pair } from './pair.ts';
import type { Cursor } from './record.ts';

/** What copying one page did. */
export interface CopiedPage {
  /** Where to go on; null when everything is copied. */
  readonly next: Cursor | null;
  readonly rows: number;
  readonly objects: number;
  readonly bytes: number;
}

/** How many rows a page has, by how large they were: about so many bytes, so that memory and pauses stay bounded. */
export class PageSize {
  static readonly #bytes = 24_000;
  #rows = 32;

  /** Rows to ask for. */
  get rows(): number {
    return this.#rows;
  }

  /** Learns from a page. */
  learn({ rows, bytes }: Pick<CopiedPage, 'rows' | 'bytes'>): void {
    if (rows === 0) return;
    const fitting = Math.floor((PageSize.#bytes * rows) / Math.max(1, bytes));
    this.#rows = Math.max(8, Math.min(96, fitting, this.#rows * 2));
  }
}

/** Bytes of a row's values, the characters of texts and eight for a number. */
export function bytesOf(rows: readonly Pick<TransferRow, 'value'>[]): number {
  let bytes = 0;
  for (const { value } of rows) for (const part of value) bytes += typeof part === 'string' ? part.length : 8;
  return bytes;
}

/** The tables to copy, in a fixed order. Sequences come last of all, when no more are given out. */
async function tablesOf({ shard, truth }: Pair): Promise<TransferTable[]> {
  const tables = await truth.tables(shard);
  return tables.filter((table) => table !== 'sequences').sort();
}

async function tableFrom(pair: Pair, cursor: Cursor | null): Promise<TransferTable | undefined> {
  return (await tablesOf(pair)).find((table) => cursor === null || table >= cursor.table);
}

async function tableBehind(pair: Pair, table: TransferTable): Promise<Cursor | null> {
  const next = (await tablesOf(pair)).find((one) => one > table);
  return next === undefined ? null : { table: next, after: undefined };
}

/** Copies the page behind a cursor. Tables that appear later hold only rows that the journal tells. */
export async function copyPage(pair: Pair, cursor: Cursor | null, limit: number): Promise<CopiedPage> {
  const table = await tableFrom(pair, cursor);
  if (table === undefined) return { next: null, rows: 0, objects: 0, bytes: 0 };
  const after = cursor?.table === table ? cursor.after : undefined;
  const page = await pair.truth.page(pair.shard, table, after, limit);
  if (page.length > 0)
    await pair.copy.put(
      pair.shard,
      page.map((row) => ({ table, ...row })),
    );
  const last = page.at(-1);
  const isWhole = page.length < limit || last === undefined;
  return {
    next: isWhole ? await tableBehind(pair, table) : { table, after: last.key },
    rows: page.length,
    objects: table.startsWith('object:') ? page.length : 0,
    bytes: bytesOf(page),
  };
}

/** Brings the sequences, which only rise. */
export async function copySequences({ shard, truth, copy }: Pair): Promise<void> {
  const rows = await truth.page(shard, 'sequences', undefined, 100);
  if (rows.length > 0)
    await copy.put(
      shard,
      rows.map((row) => ({ table: 'sequences' as const, ...row })),
    );
}
