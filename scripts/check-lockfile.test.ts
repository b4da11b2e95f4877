import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { checkLockfile } from './check-lockfile.ts';
import { tempProject } from './temp-project.ts';

function messages(t: TestContext, packages: object): string[] {
  const root = tempProject(t, { 'package-lock.json': JSON.stringify({ packages }) });
  return checkLockfile(root).problems.map(({ message }) => message);
}

test('a lockfile with every optional package passes, nested ones too', (t) => {
  const packages = {
    '': {},
    'node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-linux': '1.0.0', 'a-darwin': '1.0.0' } },
    'node_modules/a-linux': { version: '1.0.0' },
    'node_modules/a/node_modules/a-darwin': { version: '1.0.0' },
  };
  assert.deepEqual(messages(t, packages), []);
});

test("a foreign platform's package that is left out is named", (t) => {
  const packages = {
    '': {},
    'node_modules/b': { version: '1.0.0' },
    'node_modules/b/node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-darwin': '1.0.0' } },
    'node_modules/c/node_modules/a-darwin': { version: '1.0.0' },
  };
  const [message = '', ...others] = messages(t, packages);
  assert.match(message, /^node_modules\/b\/node_modules\/a wants a-darwin@1.0.0/);
  assert.deepEqual(others, []);
});

test('a fixed address is refused', (t) => {
  const packages = { 'node_modules/a': { version: '1.0.0', resolved: 'https://example.org/a.tgz' } };
  assert.match(messages(t, packages).join(), /node_modules\/a has a fixed address/);
});
