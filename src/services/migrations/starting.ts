/** What is looked at before a migration begins. */
import type { ShardRouter } from '#engines/shards/routing';
import { backendOf } from '#engines/shards/topology-ranges';
import type { MovableShards } from '#engines/shards/transfer';
import { ConflictError, InvalidInputError, UnavailableError } from '#kernel/errors';
import { requireFree } from './adopting.ts';
import type { MigrationRequest, Span } from './contract.ts';
import { hasEnded, type MigrationRecord, newRecord, newShardRecord, type ShardRecord } from './record.ts';
import { dropUnused, requireTarget } from './targets.ts';

/** What a beginning depends on. */
export interface Beginning {
  readonly router: ShardRouter;
  readonly now: number;
  /** All migrations so far. */
  readonly others: readonly MigrationRecord[];
}

const namePattern = /^[a-z0-9][a-z0-9-]{0,39}$/;
const lookedAtOnce = 8;

function requireName(name: string | undefined, others: readonly MigrationRecord[]): string {
  const taken = new Set(others.map((other) => other.name));
  if (name === undefined) {
    let n = 1;
    while (taken.has(`move-${n}`)) n += 1;
    return `move-${n}`;
  }
  if (!namePattern.test(name)) throw new InvalidInputError('name', 'must be 1 to 40 of a-z, 0-9 and -');
  if (taken.has(name)) throw new ConflictError(`there is a migration called ${name} already`, 'name');
  return name;
}

function numbersIn(spans: readonly Span[] | undefined, count: number): number[] {
  const wanted = spans ?? [{ from: 0, through: count - 1 }];
  const numbers = new Set<number>();
  for (const { from, through } of wanted) {
    const isSpan = Number.isInteger(from) && Number.isInteger(through) && from >= 0 && from <= through;
    if (!isSpan || through >= count)
      throw new InvalidInputError('shards', `must be numbers from 0 to ${count - 1}, the lower first`);
    for (let shard = from; shard <= through; shard += 1) numbers.add(shard);
  }
  return [...numbers].sort((a, b) => a - b);
}

/** Throws `ConflictError` when another migration has a shard in hand. */
function requireIdle(shards: readonly number[], others: readonly MigrationRecord[]): void {
  const wanted = new Set(shards);
  for (const other of others.filter((one) => !hasEnded(one))) {
    const both = other.shards.find(({ shard }) => wanted.has(shard));
    if (both) throw new ConflictError(`${other.name} is moving shard ${both.shard} already`, 'shards');
  }
}

/** The target, which must answer. */
async function reached(router: ShardRouter, name: string, shard: number): Promise<MovableShards> {
  try {
    const engine = await router.engine(name);
    await engine.state(shard);
    return engine;
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    throw new UnavailableError(`${name} does not answer: ${error.message}`, error);
  }
}

async function looked(
  router: ShardRouter,
  target: MovableShards,
  to: string,
  shard: number,
): Promise<ShardRecord> {
  await requireFree(target, shard, to);
  const { types } = await router.stats(shard);
  const objects = Object.values(types).reduce((sum, { rows }) => sum + rows, 0);
  return newShardRecord(shard, backendOf(router.topology, shard), objects);
}

/** The records of the shards that are to move, each looked at on both sides. */
async function lookedAt(router: ShardRouter, to: string, wanted: readonly number[]): Promise<ShardRecord[]> {
  const shards = wanted.filter((shard) => backendOf(router.topology, shard) !== to);
  const [first] = shards;
  if (first === undefined) throw new InvalidInputError('shards', `live in ${to} already`);
  const target = await reached(router, to, first);
  const records: ShardRecord[] = [];
  for (let at = 0; at < shards.length; at += lookedAtOnce) {
    const some = shards.slice(at, at + lookedAtOnce);
    records.push(...(await Promise.all(some.map((shard) => looked(router, target, to, shard)))));
  }
  return records;
}

/** Checks a request and makes the record of a migration of it. Nothing is written but the target's name on the map. */
export async function prepared(
  { router, now, others }: Beginning,
  request: MigrationRequest,
): Promise<MigrationRecord> {
  const name = requireName(request.name, others);
  const wanted = numbersIn(request.shards, router.count);
  requireIdle(wanted, others);
  const { name: to, added } = await requireTarget(router, request.to);
  try {
    const shards = await lookedAt(router, to, wanted);
    return newRecord({ name, to, added, auto: request.auto ?? false, at: now }, shards);
  } catch (error) {
    if (added) await dropUnused(router, [to]);
    throw error;
  }
}
