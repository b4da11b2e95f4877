import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Person, system } from '#kernel/actor';
import { ConflictError, NotFoundError, UnavailableError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import { SavesBed, shardCount } from '../../../test/support/saves-bed.ts';

describe('the removal of a pin', () => {
  let bed: SavesBed;
  let ada: Person;
  let mediaId: Id;
  let pin: Id;
  beforeEach(async () => {
    bed = await SavesBed.open(Math.random);
    ada = await bed.person('ada');
    mediaId = await pictureAway(shardOf(ada.userId));
    const boardId = (await bed.now.boards.create(ada, { name: 'Kept' })).id;
    pin = (await bed.now.pins.create(ada, { boardId, mediaId })).id;
    await bed.arrive();
  });
  afterEach(() => bed.close());

  /** A picture on another shard than this. */
  const pictureAway = async (shard: number): Promise<Id> => {
    const id = await bed.now.media.add(ada.userId);
    return shardOf(id) % shardCount === shard ? pictureAway(shard) : id;
  };
  const named = async () => {
    const edges = await bed.now.store.range(system, { mapping: 'media_has_pin', from: mediaId, limit: 9 });
    return edges.map(({ to }) => to);
  };

  it('takes it off its picture', async () => {
    assert.deepEqual(await named(), [pin]);
    await bed.now.pins.remove(ada, pin);
    assert.deepEqual(await named(), []);
  });

  for (const fault of ['refuse', 'lose'] as const) {
    it(`succeeds while the shard of its picture does not answer, and takes it off when it does (${fault})`, async () => {
      bed.faulty.set(shardOf(mediaId), fault);
      await bed.now.pins.remove(ada, pin);
      await assert.rejects(bed.now.pins.get(ada, pin), NotFoundError);
      assert.deepEqual(await named(), fault === 'lose' ? [] : [pin]);
      bed.faulty.healAll();
      await bed.arrive();
      assert.deepEqual(await named(), []);
    });
  }

  it('is refused, and changes nothing, while its own shard does not answer', async () => {
    bed.faulty.set(shardOf(pin), 'refuse');
    await assert.rejects(bed.now.pins.remove(ada, pin), UnavailableError);
    bed.faulty.healAll();
    assert.equal((await bed.now.pins.get(ada, pin)).id, pin);
    assert.deepEqual(await named(), [pin]);
  });

  it('is of the pin as it was read: one written meanwhile stays until it is asked for again', async () => {
    const writes = Promise.allSettled([
      bed.now.pins.update(ada, pin, { title: 'New' }),
      bed.now.pins.remove(ada, pin),
    ]);
    const [changed, removed] = await writes;
    assert.equal(removed.status, 'fulfilled');
    if (changed.status === 'rejected')
      assert.ok(changed.reason instanceof NotFoundError || changed.reason instanceof ConflictError);
    await assert.rejects(bed.now.pins.get(ada, pin), NotFoundError);
    assert.deepEqual(await named(), []);
  });
});
