import type { MappingName } from '../contract.ts';

/**
 * Which edges of a mapping somebody may read. `visible`: those that lead to what they may see; `board`: all, when they
 * may see the board that they come from.
 */
export type Reading = 'all' | 'visible' | 'board' | 'none';

interface Readings {
  /** The person from whom the edges come. Everything that stands on their shard is theirs to see. */
  readonly self: Reading;
  readonly others: Reading;
}

const ownOnly: Readings = { self: 'all', others: 'none' };
const boards: Readings = { self: 'board', others: 'board' };

/** Who reads what of each mapping, the system apart, which reads everything. */
export const readings: Readonly<Record<MappingName, Readings>> = {
  user_owns_board: { self: 'all', others: 'visible' },
  user_has_pin: { self: 'all', others: 'visible' },
  // It tells of pins on secret boards.
  user_has_media: ownOnly,
  user_took_media: ownOnly,
  user_has_session: ownOnly,
  // What one was let into may be closed again before the edge is gone.
  user_joins_board: { self: 'visible', others: 'none' },
  board_has_pin: boards,
  board_has_follower: boards,
  media_has_pin: { self: 'visible', others: 'visible' },
  user_follows_user: { self: 'all', others: 'all' },
  user_has_follower: { self: 'all', others: 'all' },
  // A board that is followed may turn secret.
  user_follows_board: { self: 'visible', others: 'visible' },
};
