/** The project's own sources, parsed; what the checks of `npm run check` look at. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comment, type Program, parseSync } from 'oxc-parser';

/** A parsed source. `path` is relative to the root, with forward slashes. Offsets are UTF-16 code units. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
}

/** Something that a check objects to, at a place that an editor can open. */
export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

const folders = ['src', 'web', 'bench', 'test', 'scripts'];
const skipped = new Set(['node_modules', 'dist', 'data']);

/** The paths under the source folders with one of these endings, sorted, relative to `root`. */
export function listFiles(root: string, endings: string): string[] {
  const found = globSync(`{${folders.join(',')}}/**/*.{${endings},}`, {
    cwd: root,
    exclude: (name) => skipped.has(name),
  });
  return found.map((path) => path.replaceAll('\\', '/')).sort();
}

/** Parses all TypeScript sources under `root`; throws on a file that does not parse, naming it. Cost: about 1 ms a file. */
export function readSources(root: string): SourceFile[] {
  return listFiles(root, 'ts,tsx').map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const { program, comments, errors } = parseSync(path, text);
    const [error] = errors;
    if (error) throw new Error(`${path}: ${error.message}`);
    return { path, text, program, comments };
  });
}

/** The line, from 1, of an offset in a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** How many lines a text has. */
export function lineCount(text: string): number {
  return lineAt(text, text.length) - (text.endsWith('\n') ? 1 : 0);
}

/** Whether a file holds tests or exists for them only: a test, a port's contract suite, anything in `test/` and `bench/`. */
export function isTestCode(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /^(test|bench)\//.test(path) || isContractSuite(path);
}

/** Whether a file is the suite that every adapter of a port runs. */
export function isContractSuite(path: string): boolean {
  return /^src\/engines\/[^/]+\/contract(-[^/]+)?\.ts$/.test(path);
}

/** Prints problems, one a line, and sets the exit code; `summary` is printed when there are none. */
export function report(problems: readonly Problem[], summary: string): void {
  for (const { path, line, message } of problems) console.log(`${path}:${line} ${message}`);
  if (problems.length > 0) process.exitCode = 1;
  console.log(problems.length > 0 ? `${problems.length} problems; ${summary}` : summary);
}
