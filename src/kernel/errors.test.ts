import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  PinakesError,
  RateLimitedError,
  TooLargeError,
  UnauthenticatedError,
  UnavailableError,
  UnsupportedError,
} from './errors.ts';

const all = [
  new InvalidInputError('title', 'must be at most 100 characters'),
  new UnauthenticatedError(),
  new ForbiddenError(),
  new NotFoundError('pin'),
  new ConflictError('the name is taken', 'name'),
  new TooLargeError('image', 'must be at most 20 MB'),
  new UnsupportedError('image', 'must be a picture'),
  new RateLimitedError('try again later', 30),
  new UnavailableError('the index is starting'),
];

describe('errors', () => {
  test('each has a code of its own and the name of its class', () => {
    assert.equal(new Set(all.map((error) => error.code)).size, all.length);
    for (const error of all) {
      assert.ok(error instanceof PinakesError);
      assert.equal(error.name, error.constructor.name);
    }
  });

  test('one about a field names it, in the message too', () => {
    const error = new InvalidInputError('title', 'must be at most 100 characters');
    assert.equal(error.field, 'title');
    assert.equal(error.message, 'title must be at most 100 characters');
    assert.equal(new ConflictError('it changed meanwhile').field, undefined);
  });

  test('the cause is kept where there is one, and absent where there is none', () => {
    const cause = new Error('ECONNREFUSED');
    assert.equal(new UnavailableError('the cache is away', cause).cause, cause);
    assert.equal('cause' in new UnauthenticatedError(), false);
  });

  test('a rate limit says when to try again', () => {
    assert.equal(new RateLimitedError('slow down', 30).retryAfter, 30);
  });
});
