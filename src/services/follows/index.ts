import type { Follows } from './contract.ts';
import { type FollowsDeps, StoredFollows } from './follows.ts';

export { createFollowersConsumer } from './followers-consumer.ts';

/** Makes the follows service. `counters` holds the followers that the counters consumer counts. */
export function createFollows(deps: FollowsDeps): Follows {
  return new StoredFollows(deps);
}
