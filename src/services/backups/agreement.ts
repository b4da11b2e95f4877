/** Whether a shard is what the log says that it was at its last event. */
import type { RowName, RowValue, ShardTransfer } from '#engines/shards/transfer';
import type { LoggedChange } from '#services/store/contract';
import type { Commit } from './commits.ts';
import { nameOf, textOf } from './replay.ts';

/** What a change leaves of a row, but for its version: JSON, an edge's place, or nothing. */
function leftBy(change: LoggedChange): string | number | null {
  if (change[0] === 'put') return JSON.stringify(change[3]);
  return change[0] === 'link' ? change[4] : null;
}

const matter = (value: RowValue | undefined): string | number | null => value?.at(-1) ?? null;

/**
 * The first row that is not as the last of some commits left it, which nothing came behind; undefined when all are. A shard
 * that went back to an older copy and was written to anew shows here, though its sequences look like those of the log.
 */
export async function firstDisagreement(
  transfer: Pick<ShardTransfer, 'pick'>,
  shard: number,
  commits: Iterable<Commit>,
): Promise<RowName | undefined> {
  const last = new Map<string, { name: RowName; left: string | number | null }>();
  for (const { changes } of commits)
    for (const change of changes) {
      const name = nameOf(change);
      last.set(textOf(name), { name, left: leftBy(change) });
    }
  for (const [table, some] of Map.groupBy(last.values(), ({ name }) => name.table)) {
    const rows = await transfer.pick(
      shard,
      table,
      some.map(({ name }) => name.key),
    );
    const present = new Map(rows.map(({ key, value }) => [textOf({ table, key }), value]));
    const other = some.find(({ name, left }) => matter(present.get(textOf(name))) !== left);
    if (other) return other.name;
  }
  return undefined;
}
