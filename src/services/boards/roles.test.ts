import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Person, stranger, system } from '#kernel/actor';
import { ForbiddenError, InvalidInputError, NotFoundError, UnauthenticatedError } from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import type { MemberRole } from './contract.ts';

describe('roles on boards', () => {
  let bed: LibraryBed;
  let ada: Person;
  let bob: Person;
  let cy: Person;
  let secret: Id;
  beforeEach(async () => {
    bed = await openLibraryBed();
    [ada, bob, cy] = [await bed.person('ada'), await bed.person('bob'), await bed.person('cy')];
    secret = (await bed.boards.create(ada, { name: 'Secret', secret: true })).id;
  });
  afterEach(async () => {
    await bed[Symbol.asyncDispose]();
  });
  const letIn = (person: Person, role: MemberRole) => bed.boards.setRole(ada, secret, person.userId, role);
  const pinBy = async (person: Person, boardId: Id) => {
    bed.clock.advance(1);
    return bed.pins.create(person, { boardId, mediaId: await bed.media.add(person.userId, 'processing') });
  };
  const joined = async (person: Person) => (await bed.boards.joined(person, {})).items.map(({ id }) => id);

  it('show a secret board, its pins and its members to those let in, from that moment on', async () => {
    const pin = await bed.pins.create(ada, { boardId: secret, mediaId: await bed.media.add(ada.userId) });
    await assert.rejects(bed.boards.get(bob, secret), NotFoundError);
    await letIn(bob, 'viewer');
    await letIn(cy, 'editor');
    const view = await bed.boards.get(bob, secret);
    assert.deepEqual([view.role, view.mine], ['viewer', false]);
    assert.deepEqual(
      view.members.map(({ person, role }) => [person.name, role]),
      [
        ['bob', 'viewer'],
        ['cy', 'editor'],
      ],
    );
    assert.equal((await bed.pins.get(bob, pin.id)).mine, false);
    assert.deepEqual((await bed.pins.hydrateJson(bob, [pin.id])).texts.length, 1);
    assert.equal((await bed.pins.byOwner(bob, ada.userId, {})).items.length, 1);
    assert.equal((await bed.boards.byOwner(bob, ada.userId, {})).items.length, 1);
    await assert.rejects(bed.boards.get(stranger, secret), NotFoundError);
  });

  it('tell nobody else who was let in', async () => {
    const { id } = await bed.boards.create(ada, { name: 'Open' });
    await bed.boards.setRole(ada, id, bob.userId, 'viewer');
    assert.equal((await bed.boards.get(ada, id)).members.length, 1);
    for (const viewer of [cy, stranger]) {
      const { members, role } = await bed.boards.get(viewer, id);
      assert.deepEqual([members, role], [[], 'none']);
    }
  });

  it('let editors add, change, move and remove pins, which stay the owner’s', async () => {
    await letIn(bob, 'editor');
    const pin = await pinBy(bob, secret);
    assert.deepEqual([pin.owner.name, pin.mine], ['ada', false]);
    assert.equal((await bed.pins.update(bob, pin.id, { title: 'Ours' })).title, 'Ours');
    const theirs = await bed.pins.create(ada, { boardId: secret, mediaId: await bed.media.add(ada.userId) });
    await bed.pins.remove(bob, theirs.id);
    const { id: other } = await bed.boards.create(ada, { name: 'Other' });
    await assert.rejects(bed.pins.update(bob, pin.id, { boardId: other }), ForbiddenError);
    await bed.boards.setRole(ada, other, bob.userId, 'editor');
    assert.equal((await bed.pins.update(bob, pin.id, { boardId: other })).board.id, other);
    const { id: own } = await bed.boards.create(bob, { name: 'Bobs' });
    await assert.rejects(bed.pins.update(bob, pin.id, { boardId: own }), ForbiddenError);
  });

  it('let editors change nothing of the board itself, and viewers nothing at all', async () => {
    await letIn(bob, 'editor');
    await letIn(cy, 'viewer');
    const pin = await pinBy(bob, secret);
    for (const member of [bob, cy]) {
      await assert.rejects(bed.boards.update(member, secret, { name: 'Mine' }), ForbiddenError);
      await assert.rejects(bed.boards.remove(member, secret), ForbiddenError);
      await assert.rejects(bed.boards.setRole(member, secret, cy.userId, 'editor'), ForbiddenError);
    }
    await assert.rejects(pinBy(cy, secret), ForbiddenError);
    await assert.rejects(bed.pins.update(cy, pin.id, { title: 'Mine' }), ForbiddenError);
    await assert.rejects(bed.pins.remove(cy, pin.id), ForbiddenError);
    await assert.rejects(bed.boards.removeRole(cy, secret, bob.userId), ForbiddenError);
    await assert.rejects(bed.boards.setRole(stranger, secret, cy.userId, 'editor'), NotFoundError);
    const { id: open } = await bed.boards.create(ada, { name: 'Open' });
    await assert.rejects(bed.boards.setRole(stranger, open, cy.userId, 'editor'), UnauthenticatedError);
  });

  it('end when the owner says so, or the person leaves', async () => {
    await letIn(bob, 'editor');
    await letIn(cy, 'viewer');
    await bed.boards.removeRole(ada, secret, bob.userId);
    await bed.boards.removeRole(ada, secret, bob.userId);
    await assert.rejects(bed.boards.get(bob, secret), NotFoundError);
    await assert.rejects(pinBy(bob, secret), NotFoundError);
    await bed.boards.removeRole(cy, secret, cy.userId);
    await assert.rejects(bed.boards.get(cy, secret), NotFoundError);
    await assert.rejects(bed.boards.removeRole(cy, secret, cy.userId), NotFoundError);
    assert.equal((await bed.boards.data([secret])).get(secret)?.roles, undefined);
  });

  it('list the boards that one was let into, however often the log is applied', async () => {
    const { id: open } = await bed.boards.create(ada, { name: 'Open' });
    await letIn(bob, 'viewer');
    await bed.boards.setRole(ada, open, bob.userId, 'editor');
    for (let time = 0; time < 2; time += 1) {
      await bed.settle();
      assert.deepEqual((await joined(bob)).sort(), [open, secret].sort());
      assert.deepEqual(await bed.boards.audiences(bob), ['public', `board:${secret}`]);
    }
    await letIn(bob, 'editor');
    await bed.boards.removeRole(ada, open, bob.userId);
    assert.deepEqual(await joined(bob), [secret]);
    await bed.settle();
    const range = { mapping: 'user_joins_board', from: bob.userId, limit: 9 } as const;
    assert.deepEqual(
      (await bed.store.range(system, range)).map(({ to }) => to),
      [secret],
    );
    await bed.boards.removeRole(ada, secret, bob.userId);
    assert.deepEqual(await bed.boards.audiences(bob), ['public']);
    await bed.boards.setRole(ada, open, bob.userId, 'editor');
    await bed.boards.remove(ada, open);
    await bed.settle();
    assert.deepEqual(await bed.store.range(system, range), []);
    await assert.rejects(bed.boards.joined(stranger, {}), UnauthenticatedError);
  });

  it('are for up to a hundred other people who are there', async () => {
    const nobody = encodeId({ shard: 1, type: objectTypes.user, local: 4711 });
    await assert.rejects(bed.boards.setRole(ada, secret, nobody, 'viewer'), new NotFoundError('person'));
    await assert.rejects(letIn(ada, 'editor'), InvalidInputError);
    await assert.rejects(letIn(bob, 'owner' as MemberRole), InvalidInputError);
    await assert.rejects(bed.boards.setRole(ada, secret, secret, 'viewer'), InvalidInputError);
    const people = await bed.store.allocate(system, 2, 'user', 101);
    await bed.store.commit(system, {
      shard: 2,
      changes: people.map((id) => ({ kind: 'put', id, data: { name: id } })),
    });
    const roles = Object.fromEntries(people.slice(0, 100).map((id) => [id, 'viewer' as const]));
    const stored = await bed.store.get(system, secret);
    const put = { kind: 'put', id: secret, data: { ...stored.data, roles } } as const;
    await bed.store.commit(system, { shard: Number(BigInt(secret) >> 46n), changes: [put] });
    await assert.rejects(
      bed.boards.setRole(ada, secret, people[100] as Id, 'viewer'),
      /roles must be at most 100/,
    );
  });
});
