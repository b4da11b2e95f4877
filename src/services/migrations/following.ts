/** Brings what the journal tells to the copy: rows as they are now, whatever they were when it was written. */
import type { MovableShards, RowPut } from '#engines/shards/transfer';
import { byTable, keyText, type Pair } from './pair.ts';

/** Names of rows that are read at once. */
const partNames = 256;

/** The rows of some names as they are in the truth, gone ones as null. */
async function rowsNow({ shard, truth }: Pair, names: Parameters<typeof byTable>[0]): Promise<RowPut[]> {
  const puts: RowPut[] = [];
  for (const [table, keys] of byTable(names)) {
    const rows = await truth.pick(shard, table, keys);
    const values = new Map(rows.map(({ key, value }) => [keyText(key), value]));
    for (const key of keys) puts.push({ table, key, value: values.get(keyText(key)) ?? null });
  }
  return puts;
}

/** Applies the oldest part of the journal; answers how many rows it named, undefined when it is empty. */
async function followPart(pair: Pair): Promise<number | undefined> {
  const { shard, truth, copy } = pair;
  const { through, names } = await truth.readJournal(shard, partNames);
  if (through === 0) return undefined;
  const rows = await rowsNow(pair, names);
  if (rows.length > 0) await copy.put(shard, rows);
  // Only now: if the process dies before, the same rows are brought again.
  await truth.trimJournal(shard, through);
  return names.length;
}

/** How far following came. */
export interface Followed {
  /** Rows that were brought. */
  readonly rows: number;
  /** Whether the journal was empty once: then the copy holds all that was written before the call. */
  readonly isThrough: boolean;
}

/** Applies the journal until it is empty, or so many parts of it, since writers may go on for ever. */
export async function follow(pair: Pair, parts = 16): Promise<Followed> {
  let rows = 0;
  for (let part = 0; part < parts; part += 1) {
    const named = await followPart(pair);
    if (named === undefined) return { rows, isThrough: true };
    rows += named;
  }
  return { rows, isThrough: false };
}

/** Empties a journal that nobody reads any more. It must be off. */
export async function forgetJournal(truth: MovableShards, shard: number): Promise<void> {
  for (;;) {
    const { through } = await truth.readJournal(shard, partNames);
    if (through === 0) return;
    await truth.trimJournal(shard, through);
  }
}
