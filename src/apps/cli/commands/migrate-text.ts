/** Migrations in words. */
import type { MigrationReport, MigrationStatus } from '#services/migrations/contract';

const whole = (n: number): string => n.toLocaleString('en');

/** What one would do next. */
function next({ phase, settled, error, percent }: MigrationStatus): string {
  if (error !== null) return `cannot go on now: ${error}`;
  if (phase === 'finished' || phase === 'rolled-back') return 'nothing is left to do';
  if (!settled) return 'under way';
  if (phase === 'backup') return 'next: pinakes migrate finish [--drop], or pinakes migrate rollback';
  if (phase === 'validate') return 'next: pinakes migrate advance --percent 25';
  return phase === 'cutover'
    ? `next: pinakes migrate advance (now ${percent} %)`
    : 'next: pinakes migrate advance';
}

/** How a migration does, in a few lines. */
export function statusText(status: MigrationStatus): string {
  const { name, to, phase, shards, rows, total, moved, differences } = status;
  const copied = shards.filter(({ stage }) => stage === 'following' || stage === 'moved').length;
  const clean = shards.filter((shard) => shard.clean).length;
  return [
    `${name} to ${to}: ${phase}`,
    `rows ${whole(rows)} of ${whole(total)}, shards copied ${copied} of ${shards.length}, found the same ${clean}, moved ${moved}`,
    `differences found and healed: ${differences}`,
    next(status),
  ].join('\n');
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function differenceLines({ differences }: MigrationReport): string[] {
  return differences.slice(0, 20).map(({ shard, table, key, what }) => {
    return `  shard ${shard}, ${table}, ${key.join(' ')}: ${what}`;
  });
}

/** What a migration did. */
export function reportText(report: MigrationReport): string {
  const { shadow, before, during, cutovers } = report;
  return [
    `${report.name} to ${report.to}: ${report.phase}`,
    `${whole(report.rows)} rows and ${whole(report.bytes)} bytes of ${report.shards} shards copied, ${whole(report.followed)} rows followed`,
    ...report.phases.map(({ phase, ms }) => `  ${phase}: ${seconds(ms)}`),
    `${cutovers.count} changes of engine, writers waited ${cutovers.p50_ms} ms (median), ${cutovers.max_ms} ms (most)`,
    `${report.found} differences found, ${report.healed} healed`,
    ...differenceLines(report),
    `${report.failed} requests to the shards failed`,
    `reads took ${before.p50_ms} ms (median) and ${before.p99_ms} ms (99th percentile) before, ${during.p50_ms} and ${during.p99_ms} ms since`,
    `repeated on the other side: ${shadow.matched} the same, ${shadow.different} different, ${shadow.answered} not compared, ${shadow.failed} failed`,
    `  here ${shadow.primary.p50_ms} and ${shadow.primary.p99_ms} ms, there ${shadow.other.p50_ms} and ${shadow.other.p99_ms} ms`,
  ].join('\n');
}
