import type { Command } from '../command.ts';
import { sizeOf } from '../size.ts';

/** `pinakes backup DIR`: writes a backup of all shards, or goes on with one that was interrupted. */
export const backup: Command = async (input, { app, report, signal }) => {
  const done = await app.services.backups.backup(String(input['folder']), {
    signal,
    onProgress: report.progress,
  });
  const { folder, shards, rows, bytes, resumed } = done;
  const before = resumed > 0 ? `, ${resumed} of them written before` : '';
  const text = `${shards} shards with ${rows} rows in ${folder} (${sizeOf(bytes)}${before})
pictures are not in it: copy blobs and derived/features.sqlite of ${app.config.data} as well`;
  return { json: { ...done }, text, exitCode: 0 };
};
