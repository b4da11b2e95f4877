/** The jobs service: slow work that survives a crash. */
import type { Jobs } from './contract.ts';
import { type JobsDeps, QueuedJobs } from './jobs.ts';

export type { JobsDeps } from './jobs.ts';

/** Makes the service. Nothing runs before `start`; `stop` before closing the queue. */
export function createJobs(deps: JobsDeps): Jobs {
  return new QueuedJobs(deps);
}
