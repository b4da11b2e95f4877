import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { InvalidInputError } from './errors.ts';
import { decodeId, encodeId, idLimits, isId, objectTypes, parseId, shardOf, typeOf } from './ids.ts';

const parts = fc
  .record(
    {
      shard: fc.integer({ min: 0, max: idLimits.shard }),
      type: fc.integer({ min: 0, max: idLimits.type }),
      local: fc.integer({ min: 0, max: idLimits.local }),
    },
    { noNullPrototype: true },
  )
  .filter(({ shard, type, local }) => shard + type + local > 0);

describe('ids', () => {
  test('the known id comes apart into shard 3429, type 1, local 7075733', () => {
    const id = parseId('241294492511762325');
    assert.deepEqual(decodeId(id), { shard: 3429, type: 1, local: 7075733 });
    assert.equal(encodeId({ shard: 3429, type: 1, local: 7075733 }), id);
    assert.equal(typeOf(id), 'pin');
  });

  test('any parts in range survive the round trip', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const id = encodeId(given);
        assert.deepEqual(decodeId(id), given);
        assert.equal(shardOf(id), given.shard);
        assert.ok(isId(id));
      }),
      { numRuns: 2_000 },
    );
  });

  test('any canonical number in range survives the round trip', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: (1n << 62n) - 1n }), (n) => {
        const id = parseId(n.toString());
        assert.equal(encodeId(decodeId(id)), id);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the ends of every part are encoded exactly', () => {
    const { shard, type, local } = idLimits;
    assert.equal(encodeId({ shard: 0, type: 0, local: 1 }), '1');
    assert.equal(encodeId({ shard: 0, type: 1, local: 0 }), String(2 ** 36));
    assert.equal(encodeId({ shard, type, local }), String((1n << 62n) - 1n));
  });

  test('ids of one shard and type sort by their local part', () => {
    const local = fc.integer({ min: 0, max: 2 ** 31 });
    fc.assert(
      fc.property(local, local, (a, b) => {
        const of = (n: number) => BigInt(encodeId({ shard: 5, type: 1, local: n }));
        assert.equal(of(a) < of(b), a < b);
      }),
    );
  });

  test('a part out of range is refused by name', () => {
    for (const [part, limit] of Object.entries(idLimits)) {
      for (const wrong of [-1, limit + 1, 0.5, Number.NaN]) {
        const given = { shard: 1, type: 1, local: 1, [part]: wrong };
        assert.throws(() => encodeId(given), { name: 'InvalidInputError', field: part });
      }
    }
  });

  test('zero is not an id', () => {
    assert.throws(() => encodeId({ shard: 0, type: 0, local: 0 }), InvalidInputError);
    assert.equal(isId('0'), false);
  });

  test('anything but a canonical decimal string in range is refused', () => {
    const wrong = [
      '',
      '01',
      '-1',
      '1.0',
      '1e3',
      ' 1',
      '1 ',
      '0x1',
      String(1n << 62n),
      '9'.repeat(30),
      7,
      null,
      {},
    ];
    for (const value of wrong) {
      assert.equal(isId(value), false, String(value));
      assert.throws(() => parseId(value, 'pin_id'), { name: 'InvalidInputError', field: 'pin_id' });
    }
  });

  test('any string that is accepted is the canonical form of its number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{1,21}$/)), (text) => {
        if (isId(text)) assert.equal(BigInt(text).toString(), text);
      }),
    );
  });

  test('an id of another type is refused', () => {
    const board = encodeId({ shard: 2, type: objectTypes.board, local: 9 });
    assert.equal(parseId(board, 'board_id', 'board'), board);
    assert.throws(() => parseId(board, 'pin_id', 'pin'), { message: 'pin_id must be the id of a pin' });
  });

  test('every type name has a number of its own, and a number not in use has no name', () => {
    const numbers = Object.values(objectTypes);
    assert.equal(new Set(numbers).size, numbers.length);
    for (const [name, type] of Object.entries(objectTypes)) {
      assert.equal(typeOf(encodeId({ shard: 0, type, local: 1 })), name);
    }
    assert.equal(typeOf(encodeId({ shard: 0, type: idLimits.type, local: 1 })), undefined);
  });
});
