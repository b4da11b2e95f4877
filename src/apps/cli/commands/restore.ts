import type { Json } from '#kernel/json';
import type { RestoreReport } from '#services/backups/contract';
import type { Command } from '../command.ts';

function textOf({ shards, rows, commits, undone, told, problems }: RestoreReport): string {
  const lines = [
    `${shards} shards restored: ${rows} rows of the backup, ${commits} commits of the event log`,
    ...(undone > 0 ? [`${undone} rows put back to what they were`] : []),
    ...(told > 0 ? [`${told} objects and follows are told to the event log anew`] : []),
    ...problems.map((problem) => `PROBLEM ${problem}`),
    'indexes, counters and feeds follow when the server runs; `pinakes doctor` tells whether all agrees,',
    'and `pinakes rebuild all` makes anew what does not',
  ];
  return lines.join('\n');
}

function numbers(value: Json | undefined): number[] | undefined {
  return Array.isArray(value) ? value.map(Number) : undefined;
}

/** `pinakes restore DIR`: makes shards again; exit code 1 when something could not be made right. */
export const restore: Command = async (input, { app, report, signal }) => {
  const request = {
    folder: String(input['folder']),
    shards: numbers(input['shards']),
    until: typeof input['until'] === 'number' ? input['until'] : undefined,
  };
  const done = await app.services.backups.restore(request, { signal, onProgress: report.progress });
  return { json: { ...done }, text: textOf(done), exitCode: done.problems.length > 0 ? 1 : 0 };
};
