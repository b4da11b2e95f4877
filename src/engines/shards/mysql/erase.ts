/** Removing everything of a shard. */
import type { TransferTable } from '../transfer.ts';
import type { Engine } from './engine.ts';
import type { Link } from './link.ts';
import { quoted } from './literals.ts';
import { rowTable } from './row-tables.ts';
import { journalTable, stateTable } from './schema.ts';
import { holdingState, initialState } from './state.ts';

/** Rows that one transaction removes. */
const listSize = 2000;

/** Removes a shard's own schema. Writers that came first are waited for; those that come later make it anew. */
export async function dropSchema({ layout, retrier }: Engine, shard: number): Promise<void> {
  const sql = `drop database if exists ${quoted(layout.schema(shard))}`;
  await retrier.run(shard, [], async (link) => link.run([sql]));
}

async function empty(engine: Engine, shard: number, table: string, scope: string): Promise<void> {
  const sql = `delete from ${engine.catalog.named(shard, table)} where ${scope} limit ${listSize}`;
  let removed = 0;
  do {
    const [answer] = await engine.retrier.run(shard, [], (link) => link.run([sql]));
    removed = answer?.affected ?? 0;
  } while (removed === listSize);
}

/**
 * Removes a shard's rows from tables that it shares, a part at a time, for transactions have a largest size. Meanwhile its
 * state is held, so that no writer sees it half gone.
 */
export async function removeRows(
  engine: Engine,
  shard: number,
  tables: readonly TransferTable[],
): Promise<void> {
  const { layout, catalog, connections } = engine;
  if (!catalog.has(shard, stateTable)) return;
  await connections.slow(async (link: Link) => {
    await link.run(['begin', initialState(catalog, shard), holdingState(layout, catalog, shard)]);
    for (const table of tables) {
      const { name, scope } = rowTable(layout, shard, table);
      if (catalog.has(shard, name)) await empty(engine, shard, name, scope);
    }
    const mine = `where shard = ${shard}`;
    await link.run(
      [journalTable, 'sequences', stateTable]
        .filter((table) => catalog.has(shard, table))
        .map((table) => `delete from ${catalog.named(shard, table)} ${mine}`)
        .concat('commit'),
    );
  });
}
