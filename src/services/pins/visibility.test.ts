import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { type Actor, type Person, stranger, system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';

/** A pin as the rule sees it. */
interface Case {
  readonly id: Id;
  readonly owner: Person;
  readonly board: { readonly id: Id; secret: boolean; isGone: boolean };
  readonly media: { readonly id: Id; isReady: boolean };
}

function isSelf(viewer: Actor, person: Person): boolean {
  return viewer.kind === 'person' && viewer.userId === person.userId;
}

/** The rule as simply as it can be said. */
function maySee(viewer: Actor, { owner, board, media }: Case): boolean {
  if (board.isGone) return false;
  if (board.secret && !isSelf(viewer, owner) && viewer.kind !== 'system') return false;
  return media.isReady || isSelf(viewer, owner);
}

/** Whether the store has a pin for a viewer: by its board alone. */
function isThere(viewer: Actor, { owner, board }: Case): boolean {
  return !board.isGone && (!board.secret || isSelf(viewer, owner));
}

describe('who sees which pin', () => {
  let bed: LibraryBed;
  let people: Person[];
  before(async () => {
    bed = await openLibraryBed();
    people = await Promise.all(['ada', 'bob', 'cy'].map((name) => bed.person(name)));
  });
  after(async () => {
    await bed[Symbol.asyncDispose]();
  });

  const boards = fc.array(fc.record({ owner: fc.nat(2), secret: fc.boolean(), flips: fc.nat(2) }), {
    minLength: 1,
    maxLength: 4,
  });
  const media = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 });
  const pins = fc.array(fc.record({ board: fc.nat(3), media: fc.nat(3) }), { minLength: 1, maxLength: 8 });
  const library = fc.record({
    boards,
    media,
    pins,
    removed: fc.option(fc.nat(3)),
    order: fc.infiniteStream(fc.nat(7)),
  });

  const make = async (plan: typeof library extends fc.Arbitrary<infer T> ? T : never): Promise<Case[]> => {
    const madeBoards = await Promise.all(
      plan.boards.map(async ({ owner, secret }) => {
        const person = people[owner] as Person;
        const { id } = await bed.boards.create(person, { name: 'Board', secret });
        return { owner: person, board: { id, secret, isGone: false } };
      }),
    );
    const madeMedia = await Promise.all(
      plan.media.map(async (isReady) => ({ id: await bed.media.add(null, 'processing'), isReady })),
    );
    const cases: Case[] = [];
    for (const pin of plan.pins) {
      const at = madeBoards[pin.board % madeBoards.length];
      const picture = madeMedia[pin.media % madeMedia.length];
      assert.ok(at && picture);
      await bed.media.takeIn(at.owner.userId, picture.id);
      const { id } = await bed.pins.create(at.owner, { boardId: at.board.id, mediaId: picture.id });
      cases.push({ id, owner: at.owner, board: at.board, media: picture });
    }
    for (const { id, isReady } of madeMedia) if (isReady) await bed.media.become(id, 'ready');
    await change(plan, madeBoards);
    return cases;
  };

  const change = async (
    plan: { boards: readonly { flips: number }[]; removed: number | null },
    made: readonly { owner: Person; board: Case['board'] }[],
  ) => {
    for (const [at, { owner, board }] of made.entries()) {
      for (let flip = 0; flip < (plan.boards[at]?.flips ?? 0); flip += 1) {
        board.secret = !board.secret;
        await bed.boards.update(owner, board.id, { secret: board.secret });
      }
    }
    const gone = plan.removed === null ? undefined : made[plan.removed];
    if (gone === undefined) return;
    gone.board.isGone = true;
    await bed.boards.remove(gone.owner, gone.board.id);
  };

  it('is as the simple rule says, before and after the copies have followed', async () => {
    await fc.assert(
      fc.asyncProperty(library, async (plan) => {
        const cases = await make(plan);
        for (const isSettled of [false, true]) {
          if (isSettled) await bed.settle();
          for (const viewer of [...people, stranger, system]) await compare(viewer, cases);
        }
      }),
      { numRuns: 25 },
    );
  });

  const compare = async (viewer: Actor, cases: readonly Case[]) => {
    const ids = cases.map(({ id }) => id);
    const expected = cases.filter((pin) => maySee(viewer, pin)).map(({ id }) => id);
    const views = await bed.pins.hydrate(viewer, ids);
    assert.deepEqual(
      views.map(({ id }) => id),
      expected,
    );
    const { texts } = await bed.pins.hydrateJson(viewer, ids);
    assert.deepEqual(
      texts.map((text) => JSON.parse(Buffer.from(text).toString())),
      views,
    );
    if (viewer.kind !== 'system') {
      const there = cases.filter((pin) => isThere(viewer, pin)).map(({ id }) => id);
      assert.deepEqual([...(await bed.store.getMany(viewer, ids)).keys()], there);
    }
    for (const pin of cases) {
      const seen = await bed.pins.get(viewer, pin.id).then(
        () => true,
        () => false,
      );
      assert.equal(seen, maySee(viewer, pin));
    }
  };

  it('shows in JSON what the view shows, after every kind of change', async () => {
    const [ada] = people;
    assert.ok(ada);
    const { id: boardId } = await bed.boards.create(ada, { name: 'Before' });
    const mediaId = await bed.media.add(ada.userId);
    const { id } = await bed.pins.create(ada, { boardId, mediaId, title: '"quoted" </script>\u2028' });
    const same = async () => {
      for (const viewer of [ada, stranger]) {
        const [text = Buffer.alloc(0)] = (await bed.pins.hydrateJson(viewer, [id])).texts;
        assert.deepEqual([JSON.parse(Buffer.from(text).toString())], await bed.pins.hydrate(viewer, [id]));
      }
    };
    await same();
    const changes = [
      () => bed.pins.update(ada, id, { title: 'After' }),
      () => bed.boards.update(ada, boardId, { name: 'After' }),
      () => bed.accounts.updateProfile(ada, { displayName: 'After' }),
      () => bed.media.become(mediaId, 'ready'),
      () => bed.deliver(),
    ];
    for (const step of changes) {
      const before = await bed.pins.hydrateJson(ada, [id]);
      assert.equal(before.unchanged(), true);
      await step();
      assert.equal(before.unchanged(), false);
      await same();
      if (step === changes[3]) continue;
      assert.notDeepEqual((await bed.pins.hydrateJson(ada, [id])).texts, before.texts);
    }
  });
});
