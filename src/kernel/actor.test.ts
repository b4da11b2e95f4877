import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Actor, requirePerson, stranger, system } from './actor.ts';
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
