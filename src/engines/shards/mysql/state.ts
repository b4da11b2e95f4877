/** How shards stand: whether they are sealed, and whether their writes are noted. */
import type { ShardSeal, ShardState } from '../transfer.ts';
import type { Catalog } from './catalog.ts';
import type { Gatherer, Rows } from './gather.ts';
import type { Layout } from './layout.ts';
import { text } from './literals.ts';
import { stateTable } from './schema.ts';

/** How a shard stands that was never told. */
const untold: ShardState = { seal: null, journal: false };

/** The SQL that reads a shard's state and holds it: who changes it waits for the transaction's end, and the other way round. */
export function holdingState(layout: Layout, catalog: Catalog, shard: number): string {
  return `select seal, journal from ${catalog.named(shard, stateTable)} where shard = ${shard} ${layout.hold}`;
}

/** The SQL that makes a shard's state if it has none. */
export function initialState(catalog: Catalog, shard: number): string {
  return `insert ignore into ${catalog.named(shard, stateTable)} (shard, seal, journal) values (${shard}, '', false)`;
}

/** The SQL that tells how a shard stands. */
export function tellState(catalog: Catalog, shard: number, { seal, journal }: ShardState): string {
  return `insert into ${catalog.named(shard, stateTable)} (shard, seal, journal)
    values (${shard}, ${text(seal ?? '')}, ${journal})
    on duplicate key update seal = values(seal), journal = values(journal)`;
}

/** The state in a row `[seal, journal]`; undefined when there is none. */
export function stateIn([row]: Rows): ShardState | undefined {
  if (!row) return undefined;
  const seal = String(row[0]);
  return { seal: seal === '' ? null : (seal as ShardSeal), journal: Number(row[1]) === 1 };
}

/** How a shard stands on the primary. */
export async function readState(gatherer: Gatherer, shard: number): Promise<ShardState> {
  const rest = `where shard = ${shard}`;
  const rows = await gatherer.ask(
    { shard, table: stateTable, columns: 'seal, journal', rest, weight: 1 },
    'primary',
  );
  return stateIn(rows) ?? untold;
}
