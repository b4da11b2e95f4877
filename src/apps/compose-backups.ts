/** Wires backups: with what the services know of their objects. */
import type { Config } from '#apps/config/config';
import type { EventHistory } from '#engines/event-log/port';
import { RoutedTransfer } from '#engines/shards/routed/transfer';
import { systemClock } from '#kernel/clock';
import type { ObjectType } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { UserData } from '#services/accounts/contract';
import { bodyOfUser, claimsOfUser } from '#services/accounts/index';
import type { Backups, ObjectKnowledge } from '#services/backups/contract';
import { createBackups } from '#services/backups/index';
import { toLogged } from '#services/events/index';
import type { MediaData } from '#services/media/contract';
import { blobsOfMedia, claimsOfMedia } from '#services/media/index';
import type { PinData } from '#services/pins/contract';
import { mirrorsOfPin, saveJob } from '#services/pins/index';
import type { Engines } from './compose-engines.ts';

/** Reads an object's data as what its service writes. */
const as = <T>(data: JsonObject): T => data as unknown as T;
/** Types whose events say all that is stored. */
const told: ReadonlySet<ObjectType> = new Set(['pin', 'board', 'media']);

/** What the services know of their objects. */
export const knowledge: ObjectKnowledge = {
  claims(type, data) {
    if (type === 'user') return claimsOfUser(as<UserData>(data));
    return type === 'media' ? claimsOfMedia(as<MediaData>(data)) : [];
  },
  body(type, data) {
    if (type === 'user') return { ...bodyOfUser(as<UserData>(data)) };
    return told.has(type) ? data : null;
  },
  blobs: (type, data) => (type === 'media' ? blobsOfMedia(as<MediaData>(data)) : []),
  mirrors: (type, data) => (type === 'pin' ? mirrorsOfPin(as<PinData>(data)) : []),
};

/** The backups service on an installation's engines. */
export function composeBackups(
  config: Config,
  engines: Pick<Engines, 'shards' | 'eventLog' | 'blobs' | 'queue'>,
  history: EventHistory,
): Backups {
  const { shards, eventLog, blobs, queue } = engines;
  return createBackups({
    shards,
    transfer: new RoutedTransfer(shards),
    eventLog,
    history,
    blobs,
    async waitingSaves() {
      const counts = await queue.counts();
      const waiting = counts.filter(({ name, state }) => name === saveJob && state !== 'done');
      return waiting.reduce((sum, { count }) => sum + count, 0);
    },
    clock: systemClock,
    claimCount: shards.topology.claimCount,
    source: config.data,
    knowledge,
    toLogged,
  });
}
