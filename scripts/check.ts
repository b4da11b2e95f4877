/**
 * `npm run check`: everything that can be known without running the program. Two checks at a
 * time; a line for each as it ends, with what it found when it failed. Exit 1 when any failed.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

interface Outcome {
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

const root = resolve(import.meta.dirname, '..');
const own = (name: string): Check => ({
  name,
  command: [process.execPath, ...process.execArgv, join(root, 'scripts', `check-${name}.ts`), root],
});

/** The slowest come first, so that none is left running alone at the end. */
const checks: Check[] = [
  { name: 'types', command: ['tsc', '-p', '.', '--noEmit', '--pretty', 'false'] },
  { name: 'types of web', command: ['tsc', '-p', 'web', '--noEmit', '--pretty', 'false'] },
  {
    name: 'types of browser tests',
    command: ['tsc', '-p', 'test/browser', '--noEmit', '--pretty', 'false'],
  },
  { name: 'unused code', command: ['knip', '--no-progress', '--no-config-hints'] },
  {
    name: 'format and lint',
    command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=20', '.'],
  },
  own('floors'),
  own('sizes'),
  own('docs'),
  own('lockfile'),
].filter(({ name }) => name !== 'types of web' || existsSync(join(root, 'web', 'tsconfig.json')));

/** Runs a command of node_modules/.bin or an absolute one; a command that cannot be run has failed. */
function execute([command = '', ...args]: readonly string[]): Promise<Outcome> {
  const started = performance.now();
  const bin = join(root, 'node_modules', '.bin');
  const path = command.includes('/') || command.includes('\\') ? command : join(bin, command);
  return new Promise((done) => {
    let output = '';
    const end = (passed: boolean) => done({ passed, output, seconds: (performance.now() - started) / 1000 });
    const child = spawn(path, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const heard = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', heard);
    child.stderr.setEncoding('utf8').on('data', heard);
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

/** What a passed check has to say in one line: the last line of its own summary, if it is ours. */
function remark({ command }: Check, { output }: Outcome): string {
  return command.includes(root) ? `  ${output.trim().split('\n').at(-1) ?? ''}` : '';
}

async function perform(check: Check): Promise<boolean> {
  const outcome = await execute(check.command);
  const { passed, output, seconds } = outcome;
  console.log(
    `${passed ? '✔' : '✖'} ${check.name}  ${seconds.toFixed(1)} s${passed ? remark(check, outcome) : ''}`,
  );
  if (!passed) console.log(output.trimEnd().replaceAll(/^/gm, '    '));
  return passed;
}

async function performAll(queue: Check[]): Promise<string[]> {
  const failed: string[] = [];
  const lane = async () => {
    for (let check = queue.shift(); check; check = queue.shift()) {
      if (!(await perform(check))) failed.push(check.name);
    }
  };
  await Promise.all([lane(), lane()]);
  return failed;
}

const started = performance.now();
const failed = await performAll([...checks]);
const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
console.log(failed.length > 0 ? `\ncheck failed: ${failed.join(', ')} (${took})` : `\nall is well (${took})`);
process.exitCode = failed.length > 0 ? 1 : 0;
