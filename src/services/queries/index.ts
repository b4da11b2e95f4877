import type { Queries } from './contract.ts';
import { ArchiveQueries, type QueriesDeps } from './queries.ts';

/** Makes the queries service; `close` before the archive stops. */
export function createQueries(deps: QueriesDeps): Queries {
  return new ArchiveQueries(deps);
}
