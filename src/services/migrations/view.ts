/** A migration as people see it. */
import type { MigrationReport, MigrationStatus, ShardStatus } from './contract.ts';
import type { Ledger } from './ledger.ts';
import { hasEnded, type MigrationRecord, type ShardRecord } from './record.ts';

/** Rows an object comes with, edges and claims counted, until shards that are copied tell. */
const usualRowsPerObject = 4;

function rowsPerObject({ shards }: MigrationRecord): number {
  const done = shards.filter(({ stage }) => stage === 'following');
  const objects = done.reduce((sum, shard) => sum + shard.copiedObjects, 0);
  const rows = done.reduce((sum, shard) => sum + shard.rows, 0);
  return objects === 0 ? usualRowsPerObject : rows / objects;
}

function shardStatus(shard: ShardRecord, hasMoved: boolean, ratio: number): ShardStatus {
  const estimate = Math.max(shard.rows, Math.round(shard.objects * ratio));
  return {
    shard: shard.shard,
    stage: hasMoved ? 'moved' : shard.stage,
    rows: shard.rows,
    total: shard.stage === 'following' || hasMoved ? shard.rows : estimate,
    passes: shard.passes,
    clean: shard.clean,
    differences: shard.differences,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** What a status is made of. */
export interface Viewed {
  readonly record: MigrationRecord;
  readonly hasMoved: (shard: ShardRecord) => boolean;
  readonly isSettled: boolean;
}

/** How a migration does. */
export function statusOf({ record, hasMoved, isSettled }: Viewed): MigrationStatus {
  const ratio = rowsPerObject(record);
  const shards = record.shards.map((shard) => shardStatus(shard, hasMoved(shard), ratio));
  return {
    name: record.name,
    to: record.to,
    phase: record.phase,
    auto: record.auto,
    percent: record.percent,
    settled: isSettled,
    error: record.error,
    rows: sum(shards.map(({ rows }) => rows)),
    total: sum(shards.map(({ total }) => total)),
    moved: shards.filter(({ stage }) => stage === 'moved').length,
    differences: record.found,
    shards,
  };
}

function phasesOf(record: MigrationRecord, now: number): MigrationReport['phases'] {
  const { phases } = record;
  const ends = hasEnded(record) ? (phases.at(-1)?.at ?? now) : now;
  return phases.map(({ phase, at }, n) => ({ phase, at, ms: (phases[n + 1]?.at ?? ends) - at }));
}

/** What a migration did so far. */
export function reportOf(
  { record, durations }: Pick<Ledger, 'record' | 'durations'>,
  now: number,
): MigrationReport {
  const { cutovers } = durations;
  const { p50_ms } = cutovers.summary();
  return {
    name: record.name,
    to: record.to,
    phase: record.phase,
    shards: record.shards.length,
    rows: sum(record.shards.map(({ rows }) => rows)),
    bytes: sum(record.shards.map(({ bytes }) => bytes)),
    followed: record.followed,
    phases: phasesOf(record, now),
    cutovers: { count: cutovers.count, p50_ms, max_ms: Number(cutovers.quantile(1).toPrecision(3)) },
    found: record.found,
    healed: record.healed,
    differences: [...record.differences],
    failed: record.failed,
    before: durations.before.summary(),
    during: durations.during.summary(),
    shadow: { ...record.shadow, primary: durations.primary.summary(), other: durations.other.summary() },
  };
}
