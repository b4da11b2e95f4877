import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Person, stranger } from '#kernel/actor';
import * as errors from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import { createFollowersConsumer } from './index.ts';

describe('follows', () => {
  let bed: LibraryBed;
  let [ada, bob, cy]: Person[] = [];
  beforeEach(async () => {
    bed = await openLibraryBed();
    ada = await bed.person('ada');
    bob = await bed.person('bob');
    cy = await bed.person('cy');
  });
  afterEach(async () => {
    await bed[Symbol.asyncDispose]();
  });
  const people = (): [Person, Person, Person] => {
    assert.ok(ada && bob && cy);
    return [ada, bob, cy];
  };
  const followersOf = async (id: Id) => (await bed.follows.counts([id])).get(id)?.followers;
  const board = async (owner: Person, secret = false) =>
    (await bed.boards.create(owner, { name: 'One', secret })).id;

  it('are seen by the follower at once, and by the followed when events arrive', async () => {
    const [ada, bob, cy] = people();
    const boardId = await board(bob);
    await bed.follows.follow(ada, bob.userId);
    bed.clock.advance(1);
    await bed.follows.follow(ada, boardId);
    await bed.follows.follow(cy, bob.userId);
    assert.deepEqual(
      await bed.follows.followed(ada, [bob.userId, boardId, cy.userId]),
      new Set([bob.userId, boardId]),
    );
    assert.deepEqual(await bed.follows.following(ada.userId, 10), [boardId, bob.userId]);
    await bed.deliver();
    assert.deepEqual((await bed.follows.followers(bob.userId, 10)).ids, [cy.userId, ada.userId]);
    assert.deepEqual((await bed.follows.followers(boardId, 10)).ids, [ada.userId]);
    assert.deepEqual((await bed.follows.counts([bob.userId])).get(bob.userId), {
      followers: 2,
      following: 0,
    });
    assert.deepEqual((await bed.follows.counts([ada.userId])).get(ada.userId), {
      followers: 0,
      following: 2,
    });
  });

  it('count once, however often and however much at once they are begun or ended', async () => {
    const [ada, bob] = people();
    await Promise.all([1, 2, 3, 4].map(() => bed.follows.follow(ada, bob.userId)));
    await bed.deliver();
    assert.equal(await followersOf(bob.userId), 1);
    await Promise.all([1, 2, 3, 4].map(() => bed.follows.unfollow(ada, bob.userId)));
    await bed.deliver();
    assert.equal(await followersOf(bob.userId), 0);
    assert.deepEqual((await bed.follows.followers(bob.userId, 10)).ids, []);
    assert.equal((await bed.changes()).filter(({ type }) => type.startsWith('follow.')).length, 2);
  });

  it('converge when events come again, and when the mirror is rebuilt', async () => {
    const [ada, bob, cy] = people();
    await bed.follows.follow(ada, bob.userId);
    await bed.follows.unfollow(ada, bob.userId);
    await bed.follows.follow(ada, bob.userId);
    await bed.follows.follow(cy, bob.userId);
    await bed.follows.unfollow(cy, bob.userId);
    const mirror = async () => (await bed.follows.followers(bob.userId, 10)).ids;
    await bed.deliver();
    await bed.deliver();
    assert.deepEqual(await mirror(), [ada.userId]);
    const consumer = createFollowersConsumer(bed);
    await consumer.reset();
    assert.deepEqual(await mirror(), []);
    for (const change of await bed.changes()) await consumer.apply([change]);
    assert.deepEqual(await mirror(), [ada.userId]);
  });

  it('of followers come in pages, each once', async () => {
    const [, bob] = people();
    const fans: Id[] = [];
    for (let at = 0; at < 7; at += 1) {
      const fan = await bed.person(`fan${at}`);
      fans.unshift(fan.userId);
      bed.clock.advance(1);
      await bed.follows.follow(fan, bob.userId);
    }
    await bed.deliver();
    const seen: Id[] = [];
    let after: { sequence: number; to: Id } | null = null;
    do {
      const page: Awaited<ReturnType<typeof bed.follows.followers>> = await bed.follows.followers(
        bob.userId,
        3,
        after ?? undefined,
      );
      seen.push(...page.ids);
      after = page.next;
    } while (after !== null);
    assert.deepEqual(seen, fans);
  });

  it('of oneself, of one’s own board, of a secret board and of nothing are refused', async () => {
    const [ada, bob] = people();
    const secret = await board(bob, true);
    const own = await board(ada);
    const missing = encodeId({ shard: 2, type: objectTypes.board, local: 999 });
    const pin = encodeId({ shard: 2, type: objectTypes.pin, local: 1 });
    const nobody = encodeId({ shard: 2, type: objectTypes.user, local: 999 });
    await assert.rejects(bed.follows.follow(ada, ada.userId), errors.InvalidInputError);
    await assert.rejects(bed.follows.follow(ada, own), errors.InvalidInputError);
    await assert.rejects(bed.follows.follow(ada, pin), errors.InvalidInputError);
    await assert.rejects(bed.follows.follow(ada, '0' as Id), errors.InvalidInputError);
    await assert.rejects(bed.follows.follow(stranger, bob.userId), errors.UnauthenticatedError);
    await assert.rejects(bed.follows.follow(ada, nobody), errors.NotFoundError);
    const hidden = await bed.follows.follow(ada, secret).catch(String);
    assert.equal(hidden, await bed.follows.follow(ada, missing).catch(String));
    assert.equal((await bed.changes()).filter(({ type }) => type.startsWith('follow.')).length, 0);
  });

  it('of a board end when it is removed', async () => {
    const [ada, bob] = people();
    const boardId = await board(bob);
    await bed.follows.follow(ada, boardId);
    await bed.deliver();
    await bed.boards.remove(bob, boardId);
    await bed.settle();
    assert.deepEqual(await bed.follows.following(ada.userId, 10), []);
    assert.equal(await followersOf(boardId), 0);
    assert.deepEqual((await bed.follows.followers(boardId, 10)).ids, []);
  });

  it('tell a stranger nothing', async () => {
    const [, bob] = people();
    assert.deepEqual(await bed.follows.followed(stranger, [bob.userId]), new Set());
  });
});
