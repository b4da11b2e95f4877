/** The archive where it is turned off. */
import { UnavailableError } from '#kernel/errors';
import type { Archive } from './contract.ts';

function refuse(): never {
  throw new UnavailableError('there is no archive: it is turned off by PINAKES_ARCHIVE=off');
}

/** Refuses all but `status` and `stop`. */
export const noArchive: Archive = {
  start: () => undefined,
  status: async () => ({ place: null, topics: [], error: null }),
  run: async () => refuse(),
  verify: async () => refuse(),
  read: () => refuse(),
  extent: async () => refuse(),
  mirror: async () => refuse(),
  stop: async () => undefined,
};
