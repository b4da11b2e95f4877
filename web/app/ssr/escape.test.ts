import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml, scriptJson } from './escape.ts';

test('text cannot leave its attribute or element', () => {
  assert.equal(escapeHtml(`<b a="1" c='2'>&`), '&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;');
});

test('state cannot close its script, and reads back the same', () => {
  const state = { title: '</script><script>alert(1)</script>', line: '\u2028\u2029' };
  const json = scriptJson(state);
  assert.ok(!json.includes('<'));
  assert.deepEqual(JSON.parse(json), state);
});
