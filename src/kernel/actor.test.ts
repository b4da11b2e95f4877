import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Actor, actorId, requirePerson, stranger, system } from './actor.ts';
import { encodeId, objectTypes } from './ids.ts';

test('a person is let through as they are', () => {
  const userId = encodeId({ shard: 1, type: objectTypes.user, local: 1 });
  const person: Actor = { kind: 'person', userId, role: 'member' };
  assert.equal(requirePerson(person), person);
});

test('a stranger and the system are no persons', () => {
  for (const actor of [stranger, system]) {
    assert.throws(() => requirePerson(actor), { name: 'UnauthenticatedError', code: 'unauthenticated' });
  }
});

test('events record a person by id, the others by null', () => {
  const userId = encodeId({ shard: 1, type: objectTypes.user, local: 1 });
  assert.equal(actorId({ kind: 'person', userId, role: 'owner' }), userId);
  assert.deepEqual([actorId(stranger), actorId(system)], [null, null]);
});
