import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextPath } from './sign-in.ts';

const next = (value: string) => nextPath(new URLSearchParams({ next: value }));

test('signing in leads back to a page of this site', () => {
  assert.equal(next('/board/5?x=1'), '/board/5?x=1');
  assert.equal(nextPath(new URLSearchParams()), '/');
});

test('signing in never leads to another site', () => {
  for (const url of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    assert.equal(next(url), '/');
  }
});
