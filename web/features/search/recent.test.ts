import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetSearches, recentSearches, rememberSearch } from './recent.ts';

function storageOf(first?: string) {
  const kept = new Map<string, string>(first === undefined ? [] : [['pinakes.recent', first]]);
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
}

test('the latest search is first, and each is kept once', () => {
  const storage = storageOf();
  for (const words of ['pie', 'flowers', ' Pie ']) rememberSearch(storage, words);
  assert.deepEqual(recentSearches(storage), ['Pie', 'flowers']);
});

test('eight are kept, and nothing empty', () => {
  const storage = storageOf();
  for (let index = 0; index < 12; index++) rememberSearch(storage, `search ${index}`);
  rememberSearch(storage, '  ');
  assert.equal(recentSearches(storage).length, 8);
  assert.equal(recentSearches(storage)[0], 'search 11');
});

test('foreign or broken contents count as nothing', () => {
  assert.deepEqual(recentSearches(storageOf('{"a":1}')), []);
  assert.deepEqual(recentSearches(storageOf('not json')), []);
  assert.deepEqual(recentSearches(storageOf('["a",1,null]')), ['a']);
});

test('they can be forgotten, and storage that refuses does no harm', () => {
  const storage = storageOf('["a"]');
  forgetSearches(storage);
  assert.deepEqual(recentSearches(storage), []);
  const refusing = {
    getItem: () => null,
    setItem: () => {
      throw new Error('full');
    },
  };
  assert.doesNotThrow(() => rememberSearch(refusing, 'pie'));
});
