/** Commits done again on a shard, as rows. */
import type { RowName, RowPut, RowValue, ShardTransfer, TransferTable } from '#engines/shards/transfer';
import { UnsupportedError } from '#kernel/errors';
import { decodeId, type Id, type ObjectType, typeOf } from '#kernel/ids';
import type { LoggedChange } from '#services/store/contract';
import type { Commit } from './commits.ts';

/** A row that was touched while somebody watched. */
export interface Touched {
  readonly name: RowName;
  /** What it was before; null: not there. */
  readonly was: RowValue | null;
  /** What it is now. */
  now: RowValue | null;
  /** The highest version that it ever had, where it is an object's; 0 otherwise. */
  top: number;
}

function tableOf(id: Id): TransferTable {
  const type = typeOf(id);
  if (type === undefined)
    throw new UnsupportedError('event log', `holds an object of an unknown type: ${id}`);
  return `object:${type}`;
}

/** The row that a change writes. */
export function nameOf(change: LoggedChange): RowName {
  if (change[0] === 'put' || change[0] === 'remove')
    return { table: tableOf(change[1]), key: [decodeId(change[1]).local] };
  const [, mapping, from, to] = change;
  return { table: `mapping:${mapping}`, key: [from, to] };
}

/** What a change makes of a row. */
function after(change: LoggedChange, was: RowValue | null): RowValue | null {
  if (change[0] === 'link') return [change[4]];
  if (change[0] !== 'put') return null;
  const [, , createdAt, data, version] = change;
  const [oldVersion = 0, oldCreatedAt = createdAt] = was ?? [];
  return [version ?? Number(oldVersion) + 1, oldCreatedAt, JSON.stringify(data)];
}

/** A row's name as text. */
export const textOf = ({ table, key }: RowName): string => `${table} ${JSON.stringify(key)}`;

/** How commits are done again. */
export interface ApplyOptions {
  readonly watch?: boolean;
  readonly keepNewer?: boolean;
  readonly extra?: readonly RowPut[];
}

/** The replay of one shard. */
export class Replay {
  readonly #transfer: ShardTransfer;
  readonly #shard: number;
  /** The highest local id of each type that was written. */
  readonly highest = new Map<ObjectType, number>();
  /** Rows touched while watching, by name. */
  readonly touched = new Map<string, Touched>();
  /** Objects that were at the version that a change makes, or above, and stayed as they were. */
  newer = 0;

  constructor(transfer: ShardTransfer, shard: number) {
    this.#transfer = transfer;
    this.#shard = shard;
  }

  /**
   * Does some commits again, all in one transaction, with `extra` rows. `watch`: notes what the rows were; `keepNewer`:
   * passes over puts of objects that are at that version or above.
   */
  async apply(
    commits: readonly Commit[],
    { watch = false, keepNewer = false, extra = [] }: ApplyOptions,
  ): Promise<void> {
    const changes = commits.flatMap((commit) => commit.changes);
    const names = new Map(changes.map(nameOf).map((name) => [textOf(name), name]));
    const rows = await this.#present([...names.values()]);
    if (watch) this.#watch(names, rows);
    for (const change of changes) if (!keepNewer || !this.#isThere(rows, change)) this.#change(rows, change);
    const puts = [...names].map(([text, name]): RowPut => ({ ...name, value: rows.get(text) ?? null }));
    await this.#transfer.put(this.#shard, [...puts, ...extra]);
  }

  async #present(names: readonly RowName[]): Promise<Map<string, RowValue>> {
    const rows = new Map<string, RowValue>();
    for (const [table, some] of Map.groupBy(names, (name) => name.table)) {
      const keys = some.map(({ key }) => key);
      for (const { key, value } of await this.#transfer.pick(this.#shard, table, keys))
        rows.set(textOf({ table, key }), value);
    }
    return rows;
  }

  #watch(names: ReadonlyMap<string, RowName>, rows: ReadonlyMap<string, RowValue>): void {
    for (const [text, name] of names) {
      if (this.touched.has(text)) continue;
      const was = rows.get(text) ?? null;
      const top = name.table.startsWith('object:') ? Number(was?.[0] ?? 0) : 0;
      this.touched.set(text, { name, was, now: was, top });
    }
  }

  #isThere(rows: ReadonlyMap<string, RowValue>, change: LoggedChange): boolean {
    if (change[0] !== 'put' || change[4] === undefined) return false;
    const isThere = Number(rows.get(textOf(nameOf(change)))?.[0] ?? 0) >= change[4];
    if (isThere) this.newer += 1;
    return isThere;
  }

  #change(rows: Map<string, RowValue>, change: LoggedChange): void {
    const text = textOf(nameOf(change));
    const value = after(change, rows.get(text) ?? null);
    if (value === null) rows.delete(text);
    else rows.set(text, value);
    const touched = this.touched.get(text);
    if (touched) touched.now = value;
    if (change[0] !== 'put') return;
    if (touched) touched.top = Math.max(touched.top, Number(value?.[0] ?? 0));
    this.#raise(change[1]);
  }

  #raise(id: Id): void {
    const type = typeOf(id);
    if (type) this.highest.set(type, Math.max(this.highest.get(type) ?? 0, decodeId(id).local));
  }
}
