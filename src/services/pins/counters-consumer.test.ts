import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { type Person, system } from '#kernel/actor';
import { PinakesError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { BoardData, BoardView } from '#services/boards/contract';
import { dataOf } from '#services/store/contract';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import type { PinData } from './contract.ts';
import { createCountersConsumer } from './index.ts';

describe('counters', () => {
  let bed: LibraryBed;
  let ada: Person;
  let bob: Person;
  beforeEach(async () => {
    bed = await openLibraryBed();
    ada = await bed.person('ada');
    bob = await bed.person('bob');
  });
  afterEach(async () => {
    await bed[Symbol.asyncDispose]();
  });

  /** All counters that are not 0. */
  const counted = async () => {
    const all = await bed.counters.top('', 1000);
    return new Map(all.filter(({ value }) => value !== 0).map(({ counter, value }) => [counter, value]));
  };

  /** The same, counted from what the store holds. */
  const recounted = async () => {
    const names: string[] = [];
    for await (const boards of bed.store.scan(system, 'board')) {
      const open = boards.map(dataOf<BoardData>).filter(({ secret }) => !secret);
      names.push(...open.map(({ ownerId }) => `public-boards:${ownerId}`));
    }
    for await (const pins of bed.store.scan(system, 'pin'))
      names.push(...pins.map(dataOf<PinData>).flatMap(namesOf));
    for (const person of [ada, bob]) {
      const targets = await bed.follows.following(person.userId, 100);
      names.push(...targets.map((target) => `followers:${target}`));
    }
    return new Map([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
  };

  const namesOf = ({ boardId, mediaId, ownerId, secret }: PinData) =>
    secret
      ? [`board-pins:${boardId}`]
      : [`board-pins:${boardId}`, `saves:${mediaId}`, `public-pins:${ownerId}`];

  type Act = (person: Person, things: { board: BoardView; pin: Id; pick: number }) => Promise<unknown>;
  const other = (person: Person) => (person === ada ? bob : ada).userId;
  const acts: readonly Act[] = [
    (person, { pick }) => bed.boards.create(person, { name: 'One', secret: pick % 2 === 0 }),
    (person, { board }) => addPin(person, board.id),
    (person, { board }) => bed.boards.update(person, board.id, { secret: !board.secret }),
    (person, { board, pin }) => bed.pins.update(person, pin, { boardId: board.id }),
    (person, { pin }) => bed.pins.remove(person, pin),
    async (person, { board, pick }) => pick % 5 === 0 && bed.boards.remove(person, board.id),
    (person) => bed.follows.follow(person, other(person)),
    (person) => bed.follows.unfollow(person, other(person)),
  ];

  const step = async (person: Person, action: number, pick: number): Promise<unknown> => {
    const boards = (await bed.boards.byOwner(person, person.userId, {})).items;
    const pins = await bed.pins.recentIds(person.userId, 50);
    const board = boards[pick % boards.length] ?? (await bed.boards.create(person, { name: 'First' }));
    const pin = pins[pick % pins.length] ?? (await addPin(person, board.id)).id;
    return acts[action]?.(person, { board, pin, pick });
  };

  const addPin = async (person: Person, boardId: Id) => {
    const [known] = await bed.pins.recentIds(person.userId, 1);
    const mediaId = known && (await bed.pins.data([known])).get(known)?.mediaId;
    const fresh = mediaId === undefined || bed.clock.now() % 2 === 0;
    bed.clock.advance(1);
    return bed.pins.create(person, {
      boardId,
      mediaId: fresh ? await bed.media.add(person.userId) : mediaId,
    });
  };

  it('agree with the store after anything that people do at once, however often events come', async () => {
    const plan = fc.array(fc.tuple(fc.boolean(), fc.nat(7), fc.nat(9)), { minLength: 5, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        for (let at = 0; at < steps.length; at += 3) {
          const together = steps
            .slice(at, at + 3)
            .map(([isAda, action, pick]) => step(isAda ? ada : bob, action, pick));
          for (const outcome of await Promise.allSettled(together)) {
            if (outcome.status === 'rejected')
              assert.ok(outcome.reason instanceof PinakesError, outcome.reason);
          }
        }
        await bed.settle();
        await bed.deliver();
        assert.deepEqual(await counted(), await recounted());
      }),
      { numRuns: 15 },
    );
    const consumer = createCountersConsumer(bed);
    const before = await counted();
    await consumer.reset();
    assert.equal((await counted()).size, 0);
    await consumer.apply(await bed.changes());
    assert.deepEqual(await counted(), before);
  });

  it('name a picture’s public saves so that the most saved can be asked for', async () => {
    const { id } = await bed.boards.create(ada, { name: 'One' });
    const media = [await bed.media.add(ada.userId), await bed.media.add(ada.userId)];
    for (const mediaId of [...media, ...media.slice(1)]) await bed.pins.create(ada, { boardId: id, mediaId });
    await bed.deliver();
    assert.deepEqual(await bed.counters.top('saves:', 9), [
      { counter: `saves:${media[1]}`, value: 2 },
      { counter: `saves:${media[0]}`, value: 1 },
    ]);
  });
});
