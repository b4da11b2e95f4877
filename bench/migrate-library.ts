/** People, boards, pictures and pins in a store, straight through its door: nothing is derived from them. */
import type { Change } from '#engines/shards/port';
import { system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Store } from '#services/store/contract';
import { random } from './vectors.ts';

const pinsPerPerson = 100;
const boardsEach = 4;
const perCommit = 100;
const month = 30 * 24 * 60 * 60 * 1000;

/** Somebody with boards. */
export interface Owner {
  readonly shard: number;
  readonly userId: Id;
  readonly boards: readonly Id[];
}

/** Makes pins: the object of a picture, that of the pin, and the edges between them and people. */
export class PinMaker {
  readonly #next = random(31);
  #made = 0;

  /** The changes of one save of a new picture, all on the owner's shard. */
  save({ userId, boards }: Owner, pin: Id, media: Id): Change[] {
    const n = this.#made++;
    const sequence = Date.now() - month + n;
    const board = boards[Math.floor(this.#next() * boards.length)] as Id;
    const signature = n.toString(16).padStart(64, '0');
    const picture = {
      signature,
      state: 'ready',
      bytes: 412_345,
      type: 'image/jpeg',
      width: 4000,
      height: 3000,
    };
    const data = {
      boardId: board,
      ownerId: userId,
      mediaId: media,
      title: `Harbour ${n} with a bridge`,
      description: 'Boats, bread and a window, seen on a walk',
      link: `https://example.org/${n}`,
      tags: ['harbour', 'bridge'],
      credit: { author: `Author ${n % 500}`, source: 'https://example.org', licence: 'CC BY 4.0' },
    };
    return [
      { kind: 'put', id: media, data: { ...picture, colour: '#336699', palette: [], uploaderId: userId } },
      { kind: 'put', id: pin, data },
      { kind: 'link', mapping: 'board_has_pin', from: board, to: pin, sequence },
      { kind: 'link', mapping: 'user_has_pin', from: userId, to: pin, sequence },
      { kind: 'link', mapping: 'user_has_media', from: userId, to: media, sequence },
      { kind: 'link', mapping: 'media_has_pin', from: media, to: pin, sequence },
    ];
  }
}

async function makeOwner(store: Store): Promise<Owner> {
  const shard = store.placeUser();
  const [userId] = await store.allocate(system, shard, 'user', 1);
  const boards = await store.allocate(system, shard, 'board', boardsEach);
  if (!userId) throw new RangeError('no id');
  const puts = boards.flatMap((id, n): Change[] => [
    { kind: 'put', id, data: { ownerId: userId, name: `Board ${n}`, description: '', secret: false } },
    { kind: 'link', mapping: 'user_owns_board', from: userId, to: id, sequence: n },
  ]);
  const user: Change = {
    kind: 'put',
    id: userId,
    data: { name: `person-${userId}`, displayName: 'Somebody' },
  };
  await store.commit(system, { shard, changes: [user, ...puts] });
  return { shard, userId, boards };
}

/** Fills a store with `size` pins of `size / 100` people. */
export async function fill(store: Store, maker: PinMaker, size: number): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (let made = 0; made < size; made += pinsPerPerson) {
    const owner = await makeOwner(store);
    owners.push(owner);
    const [pins, media] = await Promise.all([
      store.allocate(system, owner.shard, 'pin', perCommit),
      store.allocate(system, owner.shard, 'media', perCommit),
    ]);
    const changes = pins.flatMap((pin, n) => maker.save(owner, pin, media[n] as Id));
    await store.commit(system, { shard: owner.shard, changes });
    if (made % 20_000 === 0) process.stderr.write(`pin ${made} of ${size}\n`);
  }
  return owners;
}
