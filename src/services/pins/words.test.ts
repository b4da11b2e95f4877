import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import { cleanCredit, newWords, patchedWords } from './words.ts';

test('a patch sets what it names and nothing else', () => {
  assert.deepEqual(patchedWords({}), {});
  assert.deepEqual(patchedWords({ link: null, title: '' }), { link: null, title: '' });
  assert.deepEqual(newWords({ tags: ['b', 'a', 'b '] }), {
    title: '',
    description: '',
    link: null,
    altText: '',
    tags: ['b', 'a'],
  });
});

test('a credit keeps words of any kind, empties what has none, and refuses what acts', () => {
  const credit = { author: ' \u0000', source: 'Cookbook: volume 2', licence: 'CC BY-SA 4.0' };
  assert.deepEqual(cleanCredit(credit), {
    author: null,
    source: 'Cookbook: volume 2',
    licence: 'CC BY-SA 4.0',
  });
  for (const source of [
    'javascript:alert(1)',
    '\u0001JAVASCRIPT:x',
    'data:text/html,x',
    'java\u0000script:x',
  ]) {
    assert.throws(() => cleanCredit({ ...credit, source }), InvalidInputError, source);
  }
});
