/** `node scripts/check-sizes.ts [ROOT]`: files and functions stay small, and nothing is `any`. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Visitor } from 'oxc-parser';
import { functionsOf, type MeasuredFunction } from './function-sizes.ts';
import {
  isTestCode,
  lineAt,
  lineCount,
  listFiles,
  type Problem,
  readSources,
  report,
  type SourceFile,
} from './source-files.ts';

/** The limits, in lines. */
export const limits = { file: 500, medianFile: 80, function: 60, component: 75 } as const;

interface FileSize {
  readonly path: string;
  readonly lines: number;
}

/** The value below which the share `p` (0 to 1) of the numbers lies; 0 of none. */
export function percentile(numbers: readonly number[], p: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0;
}

function longFiles(files: readonly FileSize[]): Problem[] {
  const long = files.filter(({ lines }) => lines > limits.file);
  return long.map(({ path, lines }) => ({
    path,
    line: 1,
    message: `has ${lines} lines, over ${limits.file}`,
  }));
}

function highMedian(files: readonly FileSize[]): Problem[] {
  const median = percentile(
    files.map(({ lines }) => lines),
    0.5,
  );
  if (median < limits.medianFile) return [];
  return [
    {
      path: '.',
      line: 1,
      message: `the median source file has ${median} lines, not under ${limits.medianFile}`,
    },
  ];
}

function longFunctions(path: string, functions: readonly MeasuredFunction[]): Problem[] {
  return functions.flatMap(({ name, line, lines, isComponent }) => {
    const most = isComponent ? limits.component : limits.function;
    return lines > most ? [{ path, line, message: `${name} has ${lines} lines, over ${most}` }] : [];
  });
}

function anys({ path, text, program }: SourceFile): Problem[] {
  const found: Problem[] = [];
  const TSAnyKeyword = ({ start }: { start: number }) =>
    found.push({ path, line: lineAt(text, start), message: 'says any' });
  new Visitor({ TSAnyKeyword }).visit(program);
  return found;
}

/** All that is too large under `root`, and the percentiles in one sentence. */
export function checkSizes(root: string): { problems: Problem[]; summary: string } {
  const sources = readSources(root);
  const sizes = listFiles(root, 'ts,tsx,mjs,css').map((path) => ({
    path,
    lines: lineCount(readFileSync(join(root, path), 'utf8')),
  }));
  const plain = sizes.filter(({ path }) => !isTestCode(path));
  const functions = sources.map((source) => ({ path: source.path, functions: functionsOf(source) }));
  const problems = [
    ...longFiles(sizes),
    ...highMedian(plain),
    ...functions.flatMap(({ path, functions }) => longFunctions(path, functions)),
    ...sources.flatMap(anys),
  ];
  const files = plain.map(({ lines }) => lines);
  const spans = functions
    .filter(({ path }) => !isTestCode(path))
    .flatMap((file) => file.functions.map((f) => f.lines));
  const describe = (numbers: number[]) => `${percentile(numbers, 0.5)} / ${percentile(numbers, 0.9)}`;
  const summary = `lines, median / 90th percentile: files ${describe(files)} (${files.length}), functions ${describe(spans)} (${spans.length})`;
  return { problems, summary };
}

if (import.meta.main) {
  const { problems, summary } = checkSizes(resolve(process.argv[2] ?? '.'));
  report(problems, summary);
}
