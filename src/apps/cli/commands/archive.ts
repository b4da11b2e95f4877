import type { Command } from '../command.ts';
import { sizeOf } from '../size.ts';
import { tableOf } from '../table.ts';

/** `pinakes archive status`: `{"place", "topics", "error"}`. */
export const archiveStatus: Command = async (_input, { app }) => {
  const status = await app.services.archive.status();
  const { place, topics, error } = status;
  if (place === null) return { json: status, text: 'the archive is turned off', exitCode: 0 };
  const rows = topics.map(({ topic, archived, waiting, files, bytes }) => [
    topic,
    String(archived),
    String(waiting),
    String(files),
    sizeOf(bytes),
  ]);
  const lines = [place, ...tableOf(['topic', 'archived', 'waiting', 'files', 'size'], rows)];
  if (error !== null) lines.push(`BAD  the last run failed: ${error}`);
  return { json: status, text: lines.join('\n'), exitCode: error === null ? 0 : 1 };
};

/** `pinakes archive run [--closed]`: `{"files", "events", "adopted", "removed", "merged"}`. */
export const archiveRun: Command = async (input, { app, signal }) => {
  const done = await app.services.archive.run({ open: input['open'] === true, signal });
  const { files, events, adopted, removed, merged } = done;
  const left = adopted + removed > 0 ? `; ${adopted} left-over files adopted, ${removed} removed` : '';
  const made = merged > 0 ? `; ${merged} small files merged` : '';
  return { json: done, text: `${events} events in ${files} files${left}${made}`, exitCode: 0 };
};

/** `pinakes archive verify [--quick]`: `{"files", "events", "compared", "problems"}`; exit code 1 when there are any. */
export const archiveVerify: Command = async (input, { app, report, signal }) => {
  const quick = input['quick'] === true;
  const found = await app.services.archive.verify({ quick, signal, onProgress: report.progress });
  const { files, events, compared, problems } = found;
  const sound = `${events} events in ${files} files, each in exactly one; ${compared} compared with the log`;
  const text = problems.length > 0 ? problems.map((problem) => `BAD  ${problem}`).join('\n') : sound;
  return { json: { ...found, problems: [...problems] }, text, exitCode: problems.length > 0 ? 1 : 0 };
};
