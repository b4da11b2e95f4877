/** The heavy work on the archive: done by a process of its own, which ends with it. */
import { Archiver, type ArchiveWorkDeps } from './archiver.ts';
import type { ArchiveRun, ArchiveVerification, OnProgress } from './contract.ts';
import { Verifier } from './verifier.ts';

/** What is to be done; plain JSON. */
export type ArchiveTask =
  | { readonly kind: 'run'; readonly topics: readonly string[]; readonly open: boolean }
  | { readonly kind: 'verify'; readonly topics: readonly string[]; readonly quick: boolean };

/** What came out of a task. */
export type ArchiveOutcome<T extends ArchiveTask = ArchiveTask> = T extends { kind: 'run' }
  ? ArchiveRun
  : ArchiveVerification;

/** How far a task may be followed and broken off. */
export interface TaskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Does a task to its end. */
export function performTask(
  deps: ArchiveWorkDeps,
  task: ArchiveTask,
  options: TaskOptions = {},
): Promise<ArchiveRun | ArchiveVerification> {
  if (task.kind === 'run') return new Archiver(deps).run({ ...task, ...options });
  return new Verifier(deps, { ...task, ...options }).verify();
}
