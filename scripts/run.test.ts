import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { tempProject } from './temp-project.ts';

/** Tells what it was given; with `wait`, says so and waits for the signal; with `fail`, exits 3. */
const program = `
const [first] = process.argv.slice(2);
if (first === 'fail') process.exit(3);
if (first !== 'wait') console.log(JSON.stringify({ args: process.argv.slice(2), arenas: process.env.MALLOC_ARENA_MAX }));
if (first === 'wait') {
  process.on('SIGTERM', () => {
    console.log('told to stop');
    process.exit(9);
  });
  setInterval(() => {}, 1000);
  console.log('waiting');
}
`;

/** The manifest and lockfile of a project whose one package, of this version, is a folder of its own. */
function packages(version: string): Record<string, string> {
  const manifest = { name: 'fixture', type: 'module', dependencies: { part: 'file:part' } };
  const locked = { '': manifest, part: { version }, 'node_modules/part': { resolved: 'part', link: true } };
  return {
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify({
      name: 'fixture',
      lockfileVersion: 3,
      requires: true,
      packages: locked,
    }),
    'part/package.json': JSON.stringify({ name: 'part', version }),
  };
}

/** A fresh clone of a project whose CLI is `program`. */
function freshClone(t: TestContext): string {
  const root = tempProject(t, { ...packages('1.0.0'), 'src/apps/cli/main.ts': program });
  mkdirSync(join(root, 'scripts'));
  for (const name of ['run.mjs', 'setup']) {
    cpSync(join(import.meta.dirname, name), join(root, 'scripts', name), { recursive: true });
  }
  return root;
}

/** Without the variables that npm hands down, which would point a nested npm at this project. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

function start(root: string, ...args: string[]) {
  const command = [join(root, 'scripts', 'run.mjs'), ...args];
  return spawn(process.execPath, command, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finish(child: ReturnType<typeof start>) {
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { stdout, stderr, code: child.exitCode };
}

const run = (root: string, ...args: string[]) => finish(start(root, ...args));
const stampOf = (root: string) => join(root, 'node_modules', '.pinakes-lock-hash');

describe('the entry of all npm scripts', () => {
  test('on a fresh clone it installs, then hands over; only the program writes to standard output', async (t) => {
    const root = freshClone(t);
    const first = await run(root, 'pinakes', 'search', '--json');
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(JSON.parse(first.stdout), { args: ['search', '--json'], arenas: '1' });
    assert.match(first.stderr, /installing dependencies/);
    assert.ok(existsSync(stampOf(root)));
  });

  test('when nothing has changed it installs nothing and says nothing', async (t) => {
    const root = freshClone(t);
    await run(root, 'pinakes');
    const before = statSync(join(root, 'node_modules')).mtimeMs;
    const second = await run(root, 'pinakes');
    assert.equal(second.stderr, '');
    assert.equal(statSync(join(root, 'node_modules')).mtimeMs, before);
  });

  test('packages that npm itself put there are kept when they are what the lockfile says', async (t) => {
    const root = freshClone(t);
    await run(root, 'pinakes');
    rmSync(stampOf(root));
    const again = await run(root, 'pinakes');
    assert.equal(again.stderr, '');
    assert.ok(existsSync(stampOf(root)));
  });

  test('a changed lockfile is installed anew', async (t) => {
    const root = freshClone(t);
    await run(root, 'pinakes');
    const before = readFileSync(stampOf(root), 'utf8');
    for (const [path, content] of Object.entries(packages('1.1.0'))) writeFileSync(join(root, path), content);
    const again = await run(root, 'pinakes');
    assert.equal(again.code, 0);
    assert.match(again.stderr, /installing dependencies/);
    assert.notEqual(readFileSync(stampOf(root), 'utf8'), before);
  });

  test('two at once install once, one after the other', async (t) => {
    const root = freshClone(t);
    const both = await Promise.all([run(root, 'pinakes', 'a'), run(root, 'pinakes', 'b')]);
    assert.deepEqual(
      both.map(({ code }) => code),
      [0, 0],
    );
    const installs = both.filter(({ stderr }) => /installing dependencies/.test(stderr));
    assert.equal(installs.length, 1);
    assert.equal(existsSync(join(root, '.setup-lock')), false);
  });

  test('a lock whose owner died is no obstacle', async (t) => {
    const root = freshClone(t);
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'close');
    mkdirSync(join(root, '.setup-lock'));
    writeFileSync(join(root, '.setup-lock', 'pid'), String(dead.pid));
    assert.equal((await run(root, 'pinakes')).code, 0);
    assert.equal(existsSync(join(root, '.setup-lock')), false);
  });

  test("the program's exit code is passed on, a wrong verb is bad usage", async (t) => {
    const root = freshClone(t);
    assert.equal((await run(root, 'pinakes', 'fail')).code, 3);
    const wrong = await run(root, 'nonsense');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /usage: .*pinakes/);
  });

  test('a signal reaches the program', async (t) => {
    const child = start(freshClone(t), 'pinakes', 'wait');
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    child.kill('SIGTERM');
    assert.equal((await finish(child)).code, 9);
  });

  test("the death of npm's shell, which passes no signal on, stops the program too", async (t) => {
    const root = freshClone(t);
    const env = { ...environment, npm_lifecycle_event: 'pinakes' };
    const line = `"${process.execPath}" scripts/run.mjs pinakes wait; true`;
    const shell = spawn('sh', ['-c', line], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    await Promise.race([once(shell.stdout, 'data'), once(shell, 'close')]);
    shell.kill('SIGTERM');
    assert.equal(await text(shell.stdout), 'told to stop\n');
  });
});
