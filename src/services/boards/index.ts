import { type BoardsDeps, StoredBoards } from './boards.ts';
import type { Boards } from './contract.ts';

export { createMembersConsumer } from './members-consumer.ts';

/** Makes the boards service. Register `handlers(pins)` with the jobs, or the pins of removed and hidden boards stay in the indexes. */
export function createBoards(deps: BoardsDeps): Boards {
  return new StoredBoards(deps);
}
