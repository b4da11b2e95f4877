/** Rows made to be as told. */
import type { RowPut, TransferRow, TransferTable } from '../transfer.ts';
import type { Catalog } from './catalog.ts';
import type { Engine } from './engine.ts';
import type { Layout } from './layout.ts';
import type { Link } from './link.ts';
import { among, putting, type RowTable, rowTable } from './row-tables.ts';
import { stateTable } from './schema.ts';
import { initialState } from './state.ts';
import { undo } from './transaction.ts';

/** How many rows one statement puts or removes. */
const listSize = 200;

/** Characters of SQL in one round trip. */
const parcelSize = 1024 * 1024;

/** What is to be done to one table. */
interface TablePuts {
  readonly table: RowTable;
  readonly there: TransferRow[];
  readonly gone: TransferRow['key'][];
}

/** The last that was told of each row, by table. */
function byTable(layout: Layout, shard: number, rows: readonly RowPut[]): TablePuts[] {
  const last = new Map(rows.map((row) => [`${row.table} ${JSON.stringify(row.key)}`, row]));
  const tables = new Map<TransferTable, TablePuts>();
  for (const { table, key, value } of last.values()) {
    const puts = tables.get(table) ?? { table: rowTable(layout, shard, table), there: [], gone: [] };
    tables.set(table, puts);
    if (value !== null) puts.there.push({ key, value });
    else if (!puts.table.isLasting) puts.gone.push(key);
  }
  return [...tables.values()];
}

function* lists<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += listSize) yield all.slice(start, start + listSize);
}

function statementsOf(catalog: Catalog, shard: number, { table, there, gone }: TablePuts): string[] {
  const into = catalog.named(shard, table.name);
  return [
    ...lists(there).map((some) => putting(table, into, some)),
    ...lists(gone).map((some) => `delete from ${into} ${among(table, some)}`),
  ];
}

/** Statements that go together in one round trip, a larger one alone. */
function* parcels(statements: readonly string[]): Generator<string[]> {
  let parcel: string[] = [];
  let size = 0;
  for (const sql of statements) {
    if (parcel.length > 0 && size + sql.length > parcelSize) {
      yield parcel;
      [parcel, size] = [[], 0];
    }
    parcel.push(sql);
    size += sql.length;
  }
  yield parcel;
}

/** Runs a transaction that may be run twice. */
async function transact(link: Link, statements: readonly string[]): Promise<true> {
  try {
    for (const parcel of parcels(['begin', ...statements, 'commit'])) await link.run(parcel);
    return true;
  } catch (error) {
    await undo(link);
    throw error;
  }
}

/** Makes rows be as told, in one transaction. */
export async function putRows(engine: Engine, shard: number, rows: readonly RowPut[]): Promise<void> {
  const { layout, catalog, retrier } = engine;
  const puts = byTable(layout, shard, rows);
  const statements = puts.flatMap((one) => statementsOf(catalog, shard, one));
  if (statements.length === 0) return;
  // By its state a shard is known to be here.
  statements.unshift(initialState(catalog, shard));
  const tables = [stateTable, ...puts.map(({ table }) => table.name)];
  await retrier.run(shard, tables, (link) => transact(link, statements));
}
