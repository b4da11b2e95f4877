/** Runs test files, each in a process of its own, as many at a time as keep the cores at work, and prints a compact report. */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { type EventData, run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Completed, closingLine, failureText, fileLine, TestReport } from './test-report.ts';

const testTimeoutMs = 240_000;
const runTimeoutMs = 45 * 60_000;
/** One more than the cores, since a file now and then waits: for a page, a disk, a clock. */
const concurrency = Math.min(availableParallelism(), 4) + 1;
const guard = fileURLToPath(new URL('./test-guard.ts', import.meta.url));
const folders = ['src', 'test', 'web', 'scripts', 'bench'];

/** Which test files to take: those that need a real server, or all the others. */
export type Suite = 'plain' | 'servers';

/**
 * The test files under `root`, absolute, the slowest kinds first so that none is left running alone at the end. With `patterns`,
 * only those whose path contains one of them.
 */
export function findTests(root: string, suite: Suite, patterns: readonly string[] = []): string[] {
  const found = globSync(`{${folders.join(',')}}/**/*.test.ts`, {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'dist',
  });
  const wanted = found
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.server.test.ts') === (suite === 'servers'))
    .filter((path) => patterns.length === 0 || patterns.some((pattern) => path.includes(pattern)));
  const ranked = wanted.map((path) => ({ path, rank: slowness(join(root, path)) }));
  return ranked
    .sort((a, b) => a.rank - b.rank || a.path.localeCompare(b.path))
    .map(({ path }) => resolve(root, path));
}

/** What takes long, by what a test file imports: a browser or processes, many pins, a whole site. */
const slowKinds = [/support\/(?:browser|programs)\.ts'/, /support\/many-pins\.ts'/, /support\/\S+'/];

/** 0 for the slowest kind of file. */
function slowness(file: string): number {
  const source = readFileSync(file, 'utf8');
  const kind = slowKinds.findIndex((pattern) => pattern.test(source));
  return kind === -1 ? slowKinds.length : kind;
}

/** Ends the test processes when this one is told to end, or when the whole run takes too long. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => controller.abort());
  return AbortSignal.any([controller.signal, AbortSignal.timeout(runTimeoutMs)]);
}

type Diagnostic = EventData.TestDiagnostic & { entryFile?: string };

/** Gives the test files a folder to share what takes long to make; see test/support/prepared.ts. */
async function withSharedFolder<T>(work: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pinakes-tests-'));
  process.env['PINAKES_TEST_SHARED'] = folder;
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `files` and prints a line for each as it ends, then every failure in full. */
async function runTests(root: string, files: string[]): Promise<TestReport> {
  const report = new TestReport();
  const short = (path: string) => (path.startsWith(root) ? relative(root, path) : path);
  const stream = run({
    files,
    concurrency,
    isolation: 'process',
    timeout: testTimeoutMs,
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', guard],
    signal: stopSignal(),
  });
  const heard = (event: { file?: string; message: string; entryFile?: string }) => {
    const file = event.entryFile ?? event.file;
    if (file !== undefined) report.of(file).output += event.message;
  };
  stream.on('test:stdout', heard).on('test:stderr', heard);
  stream.on('test:diagnostic', (event: Diagnostic) => {
    if (event.entryFile !== undefined) report.of(event.entryFile).output += `${event.message}\n`;
  });
  stream.on('test:complete', (event: Completed) => {
    const finished = report.complete(event);
    if (finished) console.log(fileLine(finished, short));
  });
  await new Promise((done, failed) => stream.resume().on('end', done).on('error', failed));
  for (const file of report.files.values()) {
    if (file.failures.length > 0) console.log(failureText(file, short));
  }
  return report;
}

/** Runs a suite from the command line: prints the closing line last and sets the exit code. */
export async function main(suite: Suite, patterns: string[]): Promise<void> {
  const root = resolve(import.meta.dirname, '..');
  const files = findTests(root, suite, patterns);
  const started = performance.now();
  const totals =
    files.length > 0
      ? (await withSharedFolder(() => runTests(root, files))).totals()
      : { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0)
    console.log(`There are no ${suite === 'servers' ? 'server ' : ''}test files to run.`);
  console.log(`\n${files.length} files in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  console.log(closingLine(totals));
  const isEmpty = totals.passed === 0 && !(suite === 'servers' && files.length === 0);
  process.exitCode = totals.failed > 0 || isEmpty ? 1 : 0;
}
