/** The journal of touched rows in SQL. */
import type { JournalPart, RowKey, RowName, TransferTable } from '../transfer.ts';
import type { Catalog } from './catalog.ts';
import type { Gatherer } from './gather.ts';
import { integer, most, text } from './literals.ts';
import { takingNumbers } from './outbox.ts';
import { journalTable } from './schema.ts';

/** Tables that a journal needs. */
export const journalTables: readonly string[] = [journalTable, 'sequences'];

/** The row of `sequences` that numbers the journal's entries; it is not part of the shard's data. */
export const journalSequence = 'journal';

type Entry = readonly [table: string, key: string];

/** The names of events put into the outbox at `@outbox` less their number and up. */
function eventEntries(events: number): Entry[] {
  if (events === 0) return [];
  const rows = Array.from(
    { length: events },
    (_, i): Entry => [text('outbox'), `concat('[', @outbox - ${events - i}, ']')`],
  );
  return [...rows, [text('sequences'), text('["outbox"]')]];
}

/** The SQL that notes rows and so many events of the running transaction, an entry each. */
export function notingSql(
  catalog: Catalog,
  shard: number,
  names: readonly RowName[],
  events: number,
): string[] {
  const named = names.map(({ table, key }): Entry => [text(table), text(JSON.stringify(key))]);
  const entries = [
    ...new Map([...named, ...eventEntries(events)].map((entry) => [entry.join(), entry])).values(),
  ];
  if (entries.length === 0) return [];
  const rows = entries.map(
    ([table, key], i) => `(${shard}, @${journalSequence} - ${entries.length - i}, ${table}, ${key})`,
  );
  return [
    ...takingNumbers(catalog, shard, journalSequence, entries.length),
    `insert into ${catalog.named(shard, journalTable)} (shard, entry, table_name, row_key) values ${rows.join()}`,
  ];
}

/** The oldest entries. */
export async function readJournal(gatherer: Gatherer, shard: number, limit: number): Promise<JournalPart> {
  const rest = `where shard = ${shard} order by entry limit ${most(limit)}`;
  const columns = 'entry, table_name, row_key';
  const rows = await gatherer.ask({ shard, table: journalTable, columns, rest, weight: limit }, 'primary');
  const names = new Map<string, RowName>();
  for (const [, table, key] of rows) {
    const name = { table: String(table) as TransferTable, key: JSON.parse(String(key)) as RowKey };
    names.set(`${name.table} ${key}`, name);
  }
  return {
    through: Number(rows.at(-1)?.[0] ?? 0),
    names: [...names.values()],
    hasMore: rows.length === limit,
  };
}

/** The SQL that forgets entries. */
export function trimmingJournal(catalog: Catalog, shard: number, through: number): string {
  const last = integer(through, 'through');
  return `delete from ${catalog.named(shard, journalTable)} where shard = ${shard} and entry <= ${last}`;
}
