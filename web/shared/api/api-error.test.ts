import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, errorOf, hasStatus, messageOf } from './api-error.ts';

test('a refusal keeps its status, code, field and words', () => {
  const error = errorOf(409, { error: { code: 'conflict', message: 'name is taken', field: 'name' } });
  assert.deepEqual([error.status, error.code, error.field], [409, 'conflict', 'name']);
  assert.ok(hasStatus(error, 409) && !hasStatus(error, 404) && !hasStatus(new Error('x'), 409));
});

test('an answer that is not the API’s gives a sentence for people', () => {
  assert.match(errorOf(502, '<html>').message, /try again/);
  assert.equal(errorOf(502, undefined).code, 'unavailable');
});

test('what is shown is a whole sentence, and never the inside of a program', () => {
  assert.equal(messageOf(new ApiError(409, 'conflict', 'name is taken')), 'Name is taken.');
  assert.equal(messageOf(new ApiError(0, 'offline', 'Really?')), 'Really?');
  assert.ok(!messageOf(new TypeError('x is undefined')).includes('undefined'));
});
