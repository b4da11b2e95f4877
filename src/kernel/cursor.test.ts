import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, pageLimit } from './cursor.ts';

const anything = (value: unknown): value is unknown => value !== undefined;
const isNumber = (value: unknown): value is number => typeof value === 'number';

describe('cursors', () => {
  test('any JSON position survives the round trip in characters that are safe in a URL', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (position) => {
        const cursor = encodeCursor(position);
        assert.match(cursor, /^[A-Za-z0-9_-]+$/);
        assert.deepEqual(decodeCursor(cursor, anything), JSON.parse(JSON.stringify(position)));
      }),
    );
  });

  test('no string makes it throw anything but a refusal of the cursor', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          assert.equal(typeof decodeCursor(text, isNumber), 'number');
        } catch (error) {
          assert.ok(error instanceof Error && error.name === 'InvalidInputError', String(error));
        }
      }),
    );
  });

  test('a position of another list is refused', () => {
    assert.throws(() => decodeCursor(encodeCursor(['a']), isNumber), {
      name: 'InvalidInputError',
      field: 'cursor',
    });
  });
});

describe('page limits', () => {
  test('without one the fallback holds', () => {
    assert.equal(pageLimit({}), 25);
    assert.equal(pageLimit({}, 10), 10);
  });

  test('one from 1 to the most is taken as it is', () => {
    assert.equal(pageLimit({ limit: 1 }), 1);
    assert.equal(pageLimit({ limit: 100 }), 100);
    assert.equal(pageLimit({ limit: 250 }, 25, 250), 250);
  });

  test('any other is refused with the limit in the message', () => {
    for (const limit of [0, -1, 101, 1.5, Number.NaN]) {
      assert.throws(() => pageLimit({ limit }), { field: 'limit', message: /from 1 to 100/ });
    }
  });
});
