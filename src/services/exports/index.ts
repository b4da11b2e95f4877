/** The exports service: everything of one's own as one ZIP. */
import type { Exports } from './contract.ts';
import { type ExportsDeps, JobbedExports } from './exports.ts';

/** Makes the service. Register `handlers()` with the jobs service before that starts. Memory: a name for each picture of the person. */
export function createExports(deps: ExportsDeps): Exports {
  return new JobbedExports(deps);
}
