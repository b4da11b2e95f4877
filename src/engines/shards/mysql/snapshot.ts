/** Everything of a shard at one moment. */
import type { RowKey, TransferRow, TransferTable } from '../transfer.ts';
import type { Engine } from './engine.ts';
import type { Link } from './link.ts';
import { behind, columnsOf, rowOf, rowTable } from './row-tables.ts';
import { StatementError, unavailable } from './statement-error.ts';

/** A part of a snapshot. */
export interface SnapshotPart {
  readonly table: TransferTable;
  readonly rows: TransferRow[];
}

/** Rows in a part. */
const partRows = 500;

/** No such table, and a table that was made after the moment. */
const later = new Set([1146, 1412]);

/** A transaction that sees one moment; every table is read through it. */
const begin = [
  'set transaction isolation level repeatable read',
  'start transaction with consistent snapshot',
];

async function rowsOf(
  engine: Engine,
  link: Link,
  shard: number,
  table: TransferTable,
  after: RowKey | undefined,
): Promise<TransferRow[]> {
  const { layout, catalog } = engine;
  const from = rowTable(layout, shard, table);
  const sql = `select ${columnsOf(from)} from ${catalog.named(shard, from.name)}
    ${behind(from, after, String(partRows))}`;
  const answers = await link.run([sql]).catch((error: unknown) => {
    if (error instanceof StatementError && later.has(error.errno ?? 0)) return [];
    throw error;
  });
  return (answers[0]?.rows ?? []).map((cells) => rowOf(from, cells));
}

/** Reads tables of a shard as they are now, on a connection of its own. Rejects with `UnavailableError`. */
export async function* readSnapshot(
  engine: Engine,
  shard: number,
  tables: readonly TransferTable[],
): AsyncGenerator<SnapshotPart> {
  const { link, end } = await engine.connections.borrow();
  try {
    await link.run(begin);
    for (const table of tables) {
      let after: RowKey | undefined;
      do {
        const rows = await rowsOf(engine, link, shard, table, after);
        after = rows.length < partRows ? undefined : rows.at(-1)?.key;
        if (rows.length > 0) yield { table, rows };
      } while (after);
    }
  } catch (error) {
    throw unavailable(error, shard);
  } finally {
    end();
  }
}
