import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recent } from './lru.ts';

describe('recent', () => {
  it('forgets the least recently used beyond its number', () => {
    const kept = recent<string, number>(2);
    kept.set('a', 1).set('b', 2);
    kept.get('a');
    kept.set('c', 3);
    assert.deepEqual([...kept.keys()].sort(), ['a', 'c']);
  });

  it('takes no memory for entries that it does not hold', () => {
    const before = process.memoryUsage();
    const caches = Array.from({ length: 20 }, () => recent<string, number>(1_000_000));
    const after = process.memoryUsage();
    const grown = after.heapTotal - before.heapTotal + after.arrayBuffers - before.arrayBuffers;
    assert.equal(caches.length, 20);
    assert.ok(grown < 20e6, `${grown} bytes`);
  });
});
