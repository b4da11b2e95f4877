/** The archive service: the event log in Parquet files, for ever. */
import { type ArchiveDeps, LoggedArchive } from './archive.ts';
import type { Archive } from './contract.ts';

export type { ArchiveWorkDeps } from './archiver.ts';
export { noArchive } from './off.ts';
export { type ArchiveOutcome, type ArchiveTask, performTask, type TaskOptions } from './work.ts';

/** Makes the service; nothing runs by itself before `start`. `stop` before closing the log. */
export function createArchive(deps: ArchiveDeps): Archive {
  return new LoggedArchive(deps);
}
