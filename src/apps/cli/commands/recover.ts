import type { Json } from '#kernel/json';
import type { RecoverReport, ShardRecovery } from '#services/backups/contract';
import type { Command } from '../command.ts';
import { tableOf } from '../table.ts';

const time = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());

function rowOf(one: ShardRecovery): string[] {
  const { shard, outcome, heldUntil, recoveredUntil, events, alreadyThere, missing, newer } = one;
  const counts = [events, alreadyThere, newer, missing].map(String);
  return [String(shard), outcome, time(heldUntil), time(recoveredUntil), ...counts];
}

function textOf({ dryRun, shards, waitingSaves, problems }: RecoverReport): string {
  const [whole, unchecked] = (['whole', 'unchecked'] as const).map((state) =>
    shards.filter(({ outcome }) => outcome === state),
  );
  const touched = shards.filter((one) => !whole?.includes(one) && !unchecked?.includes(one));
  const sum = (of: (one: ShardRecovery) => number) => shards.reduce((total, one) => total + of(one), 0);
  const head = ['shard', 'outcome', 'held until', 'recovered until', 'applied', 'there', 'newer', 'missing'];
  const did = dryRun ? 'would be applied; nothing was changed' : 'were applied';
  return [
    ...(touched.length > 0 ? tableOf(head, touched.map(rowOf)) : []),
    `${whole?.length} shards were whole; ${sum(({ events }) => events)} events ${did}`,
    ...(unchecked?.length
      ? [
          `of ${unchecked.length} shards the log says nothing since then: if theirs was lost, look further back, or bring back the archive`,
        ]
      : []),
    ...(waitingSaves > 0
      ? [`${waitingSaves} saves wait in the job queue and reach their shards when the server runs`]
      : []),
    'changes that had not reached the event log when a database was lost, a second of them or less, are lost with it',
    ...shards.flatMap((one) => one.problems.map((problem) => `PROBLEM shard ${one.shard}: ${problem}`)),
    ...problems.map((problem) => `PROBLEM ${problem}`),
  ].join('\n');
}

function isGood({ shards, problems }: RecoverReport): boolean {
  return problems.length === 0 && shards.every((one) => one.problems.length === 0);
}

function numbers(value: Json | undefined): number[] | undefined {
  return Array.isArray(value) ? value.map(Number) : undefined;
}

/** `pinakes recover --since TIME`: brings shards up to the event log; exit code 1 when not all could be made right. */
export const recover: Command = async (input, { app, report, signal }) => {
  const request = {
    since: Number(input['since']),
    shards: numbers(input['shards']),
    dryRun: input['dryRun'] === true,
  };
  const done = await app.services.backups.recover(request, { signal, onProgress: report.progress });
  const shards = done.shards.map((one) => ({ ...one }));
  return { json: { ...done, shards }, text: textOf(done), exitCode: isGood(done) ? 0 : 1 };
};
