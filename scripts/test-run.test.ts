import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { tempProject } from './temp-project.ts';

const good = "import { test } from 'node:test';\ntest('adds', () => {});\ntest('subtracts', () => {});";
const bad = `
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
describe('sums', () => {
  test('adds up', () => assert.equal(1 + 1, 3));
  test('later', { skip: 'not on this machine' }, () => {});
  test('tells', (t) => t.diagnostic('a remark'));
});
console.log('some output');
`;

/** Runs the real test script in a project of its own; a nested node:test must not think that it is a test file's. */
async function runScript(t: TestContext, script: string, files: Record<string, string>, ...args: string[]) {
  const root = tempProject(t, files);
  mkdirSync(join(root, 'scripts'), { recursive: true });
  for (const name of ['test.ts', 'test-servers.ts', 'test-run.ts', 'test-report.ts', 'test-guard.ts']) {
    cpSync(join(import.meta.dirname, name), join(root, 'scripts', name));
  }
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, 'scripts', script), ...args], { cwd: root, env });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { output, last: output.trimEnd().split('\n').at(-1), code: child.exitCode };
}

describe('npm test', () => {
  test('ends with the counts and exit code 0 when all passed', async (t) => {
    const { last, code } = await runScript(t, 'test.ts', {
      'src/kernel/a.test.ts': good,
      'test/b.test.ts': good,
    });
    assert.deepEqual({ last, code }, { last: '4 passed, 0 failed', code: 0 });
  });

  test('tells a failure in full, with its place, remarks and output, and exits 1', async (t) => {
    const { output, last, code } = await runScript(t, 'test.ts', {
      'src/a.test.ts': bad,
      'src/b.test.ts': good,
    });
    assert.deepEqual({ last, code }, { last: '3 passed, 1 failed, 1 skipped', code: 1 });
    assert.match(output, /✖ src\/a.test.ts {2}1 passed, 1 failed, 1 skipped/);
    assert.match(output, /✖ sums › adds up\n {2}src\/a.test.ts:5\n {2}AssertionError/);
    assert.match(output, /2 !== 3/);
    assert.match(output, /a remark/);
    assert.match(output, /some output/);
  });

  test('a file that cannot be loaded or that has no tests has failed', async (t) => {
    const files = { 'src/a.test.ts': "throw new Error('at load');", 'src/b.test.ts': 'export {};' };
    const { output, last, code } = await runScript(t, 'test.ts', files);
    assert.deepEqual({ last, code }, { last: '0 passed, 2 failed', code: 1 });
    assert.match(output, /at load/);
    assert.match(output, /it has no tests/);
  });

  test('patterns choose files; choosing none is a failure', async (t) => {
    const files = { 'src/a.test.ts': bad, 'src/b.test.ts': good };
    assert.equal((await runScript(t, 'test.ts', files, 'src/b')).last, '2 passed, 0 failed');
    assert.equal((await runScript(t, 'test.ts', files, 'nowhere')).code, 1);
  });

  test('server tests run on their own; having none is fine', async (t) => {
    const files = { 'src/a.test.ts': good, 'src/b.server.test.ts': `${good}\ntest('serves', () => {});` };
    assert.equal((await runScript(t, 'test.ts', files)).last, '2 passed, 0 failed');
    assert.equal((await runScript(t, 'test-servers.ts', files)).last, '3 passed, 0 failed');
    const none = await runScript(t, 'test-servers.ts', { 'src/a.test.ts': good });
    assert.deepEqual({ last: none.last, code: none.code }, { last: '0 passed, 0 failed', code: 0 });
    assert.match(none.output, /no server test files/);
  });
});
