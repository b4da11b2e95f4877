import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Type from 'typebox';
import { InvalidInputError } from './errors.ts';
import { check, IdSchema, PageSchema } from './schema.ts';

const Board = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 5 }),
    owner: Type.Object({ id: IdSchema }),
    tags: Type.Optional(Type.Array(Type.String(), { maxItems: 2 })),
  },
  { additionalProperties: false },
);
const good = { name: 'tiles', owner: { id: '7' } };

function refusal(value: unknown): InvalidInputError {
  try {
    check(Board, value);
  } catch (error) {
    assert.ok(error instanceof InvalidInputError);
    return error;
  }
  assert.fail('was accepted');
}

describe('schema check', () => {
  test('gives back the very value when it fits', () => {
    assert.equal(check(Board, good), good);
  });

  test('names the field at fault and its limit', () => {
    const error = refusal({ ...good, name: 'mosaics' });
    assert.equal(error.field, 'name');
    assert.match(error.message, /^name .*5/);
  });

  test('names a nested field by its path', () => {
    assert.equal(refusal({ ...good, owner: { id: 'seven' } }).field, 'owner.id');
    assert.equal(refusal({ ...good, tags: ['a', 2] }).field, 'tags.1');
  });

  test('a value that is wrong as a whole is called what the caller calls it', () => {
    assert.throws(() => check(Board, 'nonsense', 'query'), { field: 'query' });
    assert.equal(refusal(null).field, 'body');
  });

  test('refuses what is missing and what is not declared', () => {
    assert.match(refusal({ name: 'tiles' }).message, /owner/);
    assert.throws(() => check(Board, { ...good, extra: 1 }), InvalidInputError);
  });

  test('a page holds items of its schema and a cursor or null', () => {
    const Ids = PageSchema(IdSchema);
    assert.doesNotThrow(() => check(Ids, { items: ['1', '2'], cursor: null }));
    assert.throws(() => check(Ids, { items: ['1', '02'], cursor: 'x' }), { field: 'items.1' });
    assert.throws(() => check(Ids, { items: [], cursor: 3 }), { field: 'cursor' });
  });
});
