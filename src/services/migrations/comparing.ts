/**
 * Compares the two sides of a shard while it is written to.
 *
 * Ranges are compared by digest. Where those are unlike, rows are compared one by one, and what
 * is unlike then is only a suspect: it may have been written a moment ago. A suspect is a
 * difference when the copy has its row otherwise than the truth and nobody has touched it since
 * the journal was applied to its end. That is read from the journal: the same value twice says
 * nothing, as a name can be given up and taken again in between.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MovableShards, RowKey, RowValue, TransferRow, TransferTable } from '#engines/shards/transfer';
import { UnavailableError } from '#kernel/errors';
import type { Difference } from './contract.ts';
import { follow } from './following.ts';
import { compareKeys } from './key-order.ts';
import { keyText, type Pair } from './pair.ts';

/** A row found unlike: how the copy has it, and what the truth says. */
export interface Unlike {
  readonly key: RowKey;
  readonly what: Difference['what'];
  readonly value: RowValue | null;
}

/** One step of a comparison: rows that are unlike at first sight, and behind which key to go on, undefined at the end. */
export interface Compared {
  readonly suspects: readonly RowKey[];
  readonly next: RowKey | undefined;
}

type Values = ReadonlyMap<string, RowValue>;

const tries = 12;
/** From this try on writers wait meanwhile, so that a row that is always being written can be judged too. */
const triesBeside = 3;
/** Names that are read of a journal that was empty a moment ago. */
const journalNames = 1024;

/** Tables that are compared: all that either side may have, but for sequences, which differ until the shard moves. */
export async function comparedTables({ shard, truth, copy }: Pair): Promise<TransferTable[]> {
  const tables = await Promise.all([truth.tables(shard), copy.tables(shard)]);
  return [...new Set(tables.flat())].filter((table) => table !== 'sequences').sort();
}

const valuesOf = (rows: readonly TransferRow[]): Values =>
  new Map(rows.map(({ key, value }) => [keyText(key), value]));

const isSame = (a: RowValue | undefined, b: RowValue | undefined): boolean =>
  a?.length === b?.length && (a ?? []).every((part, i) => part === b?.[i]);

/** Up to which key both pages tell everything; undefined when both end their table. */
function commonEnd(table: TransferTable, pages: readonly TransferRow[][], limit: number): RowKey | undefined {
  const ends = pages.flatMap((page) => (page.length < limit ? [] : page.slice(-1))).map(({ key }) => key);
  return ends.sort((a, b) => compareKeys(table, a, b))[0];
}

async function compareRows(
  { shard, truth, copy }: Pair,
  table: TransferTable,
  after: RowKey | undefined,
  limit: number,
): Promise<Compared> {
  const pages = await Promise.all([truth, copy].map((engine) => engine.page(shard, table, after, limit)));
  const next = commonEnd(table, pages, limit);
  const isWithin = ({ key }: TransferRow) => next === undefined || compareKeys(table, key, next) <= 0;
  const [ours, theirs] = pages.map((page) => valuesOf(page.filter(isWithin))) as [Values, Values];
  const keys = new Map(pages.flat().map(({ key }) => [keyText(key), key]));
  const suspects = [...new Set([...ours.keys(), ...theirs.keys()])].filter(
    (text) => !isSame(ours.get(text), theirs.get(text)),
  );
  return { suspects: suspects.map((text) => keys.get(text) ?? []), next };
}

/** Compares at most `limit` rows behind `after`. */
export async function compareRange(
  pair: Pair,
  table: TransferTable,
  after: RowKey | undefined,
  limit: number,
): Promise<Compared> {
  const { shard, truth, copy } = pair;
  const [ours, theirs] = await Promise.all(
    [truth, copy].map((engine) => engine.digest(shard, table, after, limit)),
  );
  if (ours?.rows !== theirs?.rows || ours?.digest !== theirs?.digest)
    return compareRows(pair, table, after, limit);
  return { suspects: [], next: ours && ours.rows === limit ? ours.last : undefined };
}

async function pickValues(
  engine: MovableShards,
  { shard }: Pair,
  table: TransferTable,
  keys: readonly RowKey[],
): Promise<Values> {
  return valuesOf(await engine.pick(shard, table, keys));
}

function unlikeOf(key: RowKey, ours: RowValue | undefined, theirs: RowValue | undefined): Unlike | undefined {
  if (isSame(ours, theirs)) return undefined;
  const what = theirs === undefined ? 'missing' : ours === undefined ? 'extra' : 'unequal';
  return { key, what, value: ours ?? null };
}

/** Which of some rows are named by a journal, which nobody else trims meanwhile; all of them when it is too long to tell. */
async function touched({ shard, truth }: Pair, table: TransferTable): Promise<(key: RowKey) => boolean> {
  const { names, hasMore } = await truth.readJournal(shard, journalNames);
  if (hasMore) return () => true;
  const keys = new Set(names.filter((name) => name.table === table).map(({ key }) => keyText(key)));
  return (key) => keys.has(keyText(key));
}

/** Judges suspects once: those that are unlike indeed, and those that cannot be told yet. */
async function judged(
  pair: Pair,
  table: TransferTable,
  keys: readonly RowKey[],
): Promise<{ unlike: Unlike[]; open: readonly RowKey[] }> {
  const { isThrough } = await follow(pair);
  if (!isThrough) return { unlike: [], open: keys };
  const [ours, theirs] = await Promise.all(
    [pair.truth, pair.copy].map((engine) => pickValues(engine, pair, table, keys)),
  );
  const isOpen = await touched(pair, table);
  const unlike = keys
    .filter((key) => !isOpen(key))
    .map((key) => unlikeOf(key, ours?.get(keyText(key)), theirs?.get(keyText(key))))
    .filter((one) => one !== undefined);
  return { unlike, open: keys.filter(isOpen) };
}

/**
 * The differences among suspects. `holdWriters` keeps the shard's writers waiting until disposed. Throws `UnavailableError`
 * when rows change all the time nevertheless.
 */
export async function differencesAmong(
  pair: Pair,
  table: TransferTable,
  suspects: readonly RowKey[],
  holdWriters: () => Disposable,
): Promise<Unlike[]> {
  const found: Unlike[] = [];
  let open = suspects;
  for (let round = 0; open.length > 0; round += 1) {
    if (round === tries)
      throw new UnavailableError(`rows of ${table} on shard ${pair.shard} change too often to be compared`);
    if (round > 0) await sleep(2 ** Math.min(round, 6));
    using _held = round < triesBeside ? undefined : holdWriters();
    const verdict = await judged(pair, table, open);
    found.push(...verdict.unlike);
    open = verdict.open;
  }
  return found;
}

/** Makes the copy's rows be those of the truth. */
export async function heal(
  { shard, copy }: Pair,
  table: TransferTable,
  unlike: readonly Unlike[],
): Promise<void> {
  await copy.put(
    shard,
    unlike.map(({ key, value }) => ({ table, key, value })),
  );
}
