/**
 * After a loss of power. A pin and the edge of its picture are written one after the other and brought to disk side by side,
 * so the pin alone may have come there. Its event is still in its shard's outbox then: from that the edge is written again,
 * before anything is derived from the pin.
 */
import { system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { Store } from '#services/store/contract';
import type { PinData } from './contract.ts';
import { linkedPicture, unlinkedPicture } from './picture-edge.ts';

interface Made {
  readonly id: Id;
  readonly at: number;
  readonly mediaId: Id;
}

/** The pin that an event says was made. */
function madeBy({ type, id, at, body }: JsonObject): Made[] {
  if (type !== 'pin.created') return [];
  const { mediaId } = body as unknown as PinData;
  return [{ id: id as Id, at: Number(at), mediaId }];
}

async function mend(store: Store, pin: Made): Promise<void> {
  const { id, mediaId } = pin;
  const isThere = async () => (await store.getMany(system, [id], { fresh: true })).has(id);
  if ((await store.linked(system, 'media_has_pin', mediaId, [id])).has(id)) return;
  if (!(await isThere())) return;
  await store.commit(system, linkedPicture(pin));
  // It may have been removed meanwhile.
  if (!(await isThere())) await store.commit(system, unlinkedPicture(pin));
}

/**
 * What looks after the pins that events tell of; does nothing where all is well. One that cannot be mended keeps no other from
 * it; rejects with the first failure when all were tried.
 */
export function createMending(store: Store): (events: readonly JsonObject[]) => Promise<void> {
  return async (events) => {
    const failures: unknown[] = [];
    for (const pin of events.flatMap(madeBy))
      await mend(store, pin).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
}
