import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sharedOut } from './shares.ts';

const names: fc.Arbitrary<string[]> = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), {
  minLength: 1,
});
const owners = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')), { maxLength: 16 });

describe('sharedOut', () => {
  it('gives every partition to a member, in shares that differ by one at most', () => {
    fc.assert(
      fc.property(names, owners, (members, before) => {
        const after = sharedOut(members, before);
        const sizes = members.map((member) => after.filter((owner) => owner === member).length);
        assert.equal(after.length, before.length);
        assert.ok(after.every((owner) => owner !== null && members.includes(owner)));
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      }),
    );
  });

  it('changes nothing that is shared out already, whatever the order of the members', () => {
    fc.assert(
      fc.property(names, owners, (members, before) => {
        const after = sharedOut(members, before);
        assert.deepEqual(sharedOut(members.toReversed(), after), after);
      }),
    );
  });

  it('moves as few as possible when one comes', () => {
    const before = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'];
    const after = sharedOut(['a', 'b', 'c'], before);
    assert.equal(after.filter((owner, i) => owner !== before[i]).length, 2);
  });

  it('leaves everything free without members', () => {
    assert.deepEqual(sharedOut([], ['a', null]), [null, null]);
  });
});
