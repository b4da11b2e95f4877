/** What the parts of the suite on copying shards share. */
import { ManualClock } from '#kernel/clock';
import type { Change } from './port.ts';
import type { MovableShards, RowKey, RowName, TransferRow, TransferTable } from './transfer.ts';

/** The mapping that these tests use. */
export const owns = 'mapping:user_owns_board';

/** Where movable shards keep their data. */
export interface TransferPlace {
  /** Opens at least 4 shards; again after a close, with the same data. */
  open(clock: ManualClock): Promise<MovableShards>;
  remove(): Promise<void>;
}

/** A place that can be closed and opened again. */
export class OpenPlace {
  readonly #clock: ManualClock;
  readonly #place: TransferPlace;
  #shards: MovableShards | undefined;

  constructor(place: TransferPlace, clock: ManualClock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** The shards, open. */
  get shards(): MovableShards {
    if (!this.#shards) throw new Error('the place is not open');
    return this.#shards;
  }

  /** Opens, or closes and opens again. */
  async reopen(): Promise<MovableShards> {
    await this.#shards?.close();
    this.#shards = await this.#place.open(this.#clock);
    return this.#shards;
  }

  async tearDown(): Promise<void> {
    await this.#shards?.close();
    await this.#place.remove();
  }
}

/** Two places, to copy from one to the other. */
export interface TransferBed {
  readonly clock: ManualClock;
  readonly from: OpenPlace;
  readonly to: OpenPlace;
}

/** Opens two places. */
export async function openBed(makePlace: () => Promise<TransferPlace>): Promise<TransferBed> {
  const clock = new ManualClock();
  const bed = {
    clock,
    from: new OpenPlace(await makePlace(), clock),
    to: new OpenPlace(await makePlace(), clock),
  };
  await Promise.all([bed.from.reopen(), bed.to.reopen()]);
  return bed;
}

/** All rows of a table, page by page. */
export async function rowsOf(
  shards: MovableShards,
  shard: number,
  table: TransferTable,
  limit = 100,
): Promise<TransferRow[]> {
  const rows: TransferRow[] = [];
  let page = await shards.page(shard, table, undefined, limit);
  while (page.length > 0) {
    rows.push(...page);
    page = await shards.page(shard, table, page.at(-1)?.key, limit);
  }
  return rows;
}

/** The keys of a table, in order. */
export async function keysOf(shards: MovableShards, shard: number, table: TransferTable): Promise<RowKey[]> {
  return (await rowsOf(shards, shard, table)).map(({ key }) => key);
}

/** Everything of a shard: the rows of each table that has any, by the table's name. */
export async function everything(
  shards: MovableShards,
  shard: number,
): Promise<Record<string, TransferRow[]>> {
  const all: Record<string, TransferRow[]> = {};
  for (const table of (await shards.tables(shard)).sort()) {
    const rows = await rowsOf(shards, shard, table);
    if (rows.length > 0) all[table] = rows;
  }
  return all;
}

/** The digest of every table that holds rows, by the table's name. */
export async function digests(shards: MovableShards, shard: number): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const table of (await shards.tables(shard)).sort()) {
    const { digest, rows } = await shards.digest(shard, table, undefined, 1e9);
    if (rows > 0) all[table] = digest;
  }
  return all;
}

/** Copies a whole shard, table by table. */
export async function copyShard(from: MovableShards, to: MovableShards, shard: number): Promise<void> {
  for (const table of await from.tables(shard)) {
    const rows = await rowsOf(from, shard, table);
    await to.put(
      shard,
      rows.map((row) => ({ table, ...row })),
    );
  }
}

/** One round of bringing a copy up to date from the journal; answers how many rows it looked at. */
export async function followOnce(
  from: MovableShards,
  to: MovableShards,
  shard: number,
  limit = 50,
): Promise<number> {
  const { names, through } = await from.readJournal(shard, limit);
  await to.put(shard, await present(from, shard, names));
  if (through > 0) await from.trimJournal(shard, through);
  return names.length;
}

/** What named rows are now. */
async function present(from: MovableShards, shard: number, names: readonly RowName[]) {
  const puts = [];
  for (const [table, some] of Map.groupBy(names, (name) => name.table)) {
    const keys = some.map(({ key }) => key);
    const found = await from.pick(shard, table, keys);
    const values = new Map(found.map(({ key, value }) => [JSON.stringify(key), value]));
    puts.push(...keys.map((key) => ({ table, key, value: values.get(JSON.stringify(key)) ?? null })));
  }
  return puts;
}

/** Takes a free key in a space whose claims live on `shard`. */
export function keyOn(shards: MovableShards, shard: number, space: string, start = ''): string {
  for (let n = 0; ; n += 1) {
    const key = n === 0 ? start : `${start}${n}`;
    if (shards.claimShard(space, key) === shard) return key;
  }
}

/** Names as text, sorted, so that journals can be compared. */
export function namesIn(names: readonly RowName[]): string[] {
  return names.map(({ table, key }) => `${table} ${JSON.stringify(key)}`).sort();
}

/** A commit that removes an edge of the tests' mapping. */
export function unlink(from: string, to: string): Change {
  return { kind: 'unlink', mapping: 'user_owns_board', from, to } as Change;
}
