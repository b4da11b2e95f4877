/** A board with pins in the store, written as the system, for tests of what depends on who may see them. */
import type { Change } from '#engines/shards/port';
import { system } from '#kernel/actor';
import { type Id, shardOf } from '#kernel/ids';
import type { Store } from '#services/store/contract';

/** Who sees a shelf's pins besides its owner: everybody, one person who was let in, nobody. */
export type Shown = 'public' | 'private' | 'hidden';

/** A board whose secrecy tests change. */
export interface Shelf {
  readonly boardId: Id;
  show(shown: Shown): Promise<void>;
  /** Pins a picture so many times, in order; answers the pins. */
  pin(mediaId: Id, count?: number): Promise<Id[]>;
}

/** Makes a shelf, public at first. `guest` is the one who is let in when it is `private`. */
export async function makeShelf(store: Store, ownerId: Id, guest: Id): Promise<Shelf> {
  const shard = shardOf(ownerId);
  const [boardId] = await store.allocate(system, shard, 'board', 1);
  if (boardId === undefined) throw new RangeError('no id');
  const show = async (shown: Shown) => {
    const roles = shown === 'private' ? { roles: { [guest]: 'viewer' as const } } : {};
    const data = { ownerId, name: 'Shelf', description: '', secret: shown !== 'public', ...roles };
    await store.commit(system, { shard, changes: [{ kind: 'put', id: boardId, data }] });
  };
  await show('public');
  return { boardId, show, pin: (mediaId, count = 1) => pinTo(store, { boardId, ownerId, mediaId }, count) };
}

async function pinTo(
  store: Store,
  data: { boardId: Id; ownerId: Id; mediaId: Id },
  count: number,
): Promise<Id[]> {
  const { boardId, mediaId } = data;
  const shard = shardOf(boardId);
  const ids = await store.allocate(system, shard, 'pin', count);
  const links = ids.map((to, sequence): Change => {
    return { kind: 'link', mapping: 'media_has_pin', from: mediaId, to, sequence };
  });
  await store.commit(system, { shard: shardOf(mediaId), changes: links });
  const puts = ids.map((id): Change => ({ kind: 'put', id, data: { ...data } }));
  await store.commit(system, { shard, changes: puts });
  return ids;
}
