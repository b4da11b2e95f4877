/** What the test processes told, summed up by file. */
import type { EventData } from 'node:test';
import { inspect } from 'node:util';

/** An event of node:test; `entryFile` is the test file whose process sent it, absent on the file's own closing event. */
export type Completed = EventData.TestComplete & { readonly entryFile?: string };

/** A test that failed, with all that is known of why. */
export interface Failure {
  readonly name: string;
  readonly place: string;
  readonly reason: string;
}

/** One test file's results. `output` is what its process printed, diagnostics included. */
export interface FileReport {
  readonly file: string;
  passed: number;
  skipped: number;
  seconds: number;
  output: string;
  readonly failures: Failure[];
}

/** Numbers over all files. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function failureType(error: Error | undefined): unknown {
  return error && 'failureType' in error ? error.failureType : undefined;
}

/** The thrown thing; a file that failed as a whole has only its process's end to tell of. */
function reasonOf(error: Error | undefined): string {
  if (error && 'exitCode' in error && typeof error.cause === 'string') {
    return `its process ended with exit code ${String(error.exitCode)}`;
  }
  return typeof error?.cause === 'string' ? error.cause : inspect(error?.cause ?? error);
}

function describe(event: Completed): Failure {
  const { details } = event;
  const suite =
    'classname' in details && typeof details.classname === 'string' ? `${details.classname} › ` : '';
  return {
    name: suite + event.name,
    place: `${event.file ?? ''}:${event.line ?? 1}`,
    reason: reasonOf(details.error),
  };
}

/** Collects events into one report a file. */
export class TestReport {
  readonly files = new Map<string, FileReport>();

  /** The report of a file, made when first asked for. */
  of(file: string): FileReport {
    const known = this.files.get(file);
    if (known) return known;
    const made = { file, passed: 0, skipped: 0, seconds: 0, output: '', failures: [] };
    this.files.set(file, made);
    return made;
  }

  /** Takes in one finished test or file; returns the file's report when it is the file that finished. */
  complete(event: Completed): FileReport | undefined {
    if (event.entryFile !== undefined) {
      this.#test(this.of(event.entryFile), event);
      return undefined;
    }
    const report = this.of(event.file ?? event.name);
    this.#fileEnd(report, event);
    return report;
  }

  /** A container whose subtests failed is neither passed nor failed: those subtests are counted already. */
  #test(report: FileReport, event: Completed): void {
    const { error, type } = event.details;
    if (event.skip || event.todo) report.skipped += 1;
    else if (error && failureType(error) !== 'subtestsFailed') report.failures.push(describe(event));
    else if (!error && type !== 'suite') report.passed += 1;
  }

  #fileEnd(report: FileReport, event: Completed): void {
    const { error, duration_ms: ms } = event.details;
    report.seconds = ms / 1000;
    if (error && failureType(error) !== 'subtestsFailed') {
      report.failures.push({ ...describe(event), name: 'the file itself' });
    } else if (report.passed + report.skipped + report.failures.length === 0) {
      report.failures.push({ name: 'the file itself', place: report.file, reason: 'it has no tests' });
    }
  }

  /** The sums over all files so far. */
  totals(): Totals {
    const totals = { passed: 0, failed: 0, skipped: 0 };
    for (const report of this.files.values()) {
      totals.passed += report.passed;
      totals.failed += report.failures.length;
      totals.skipped += report.skipped;
    }
    return totals;
  }
}

/** The closing line: `N passed, N failed`, and `, N skipped` when there are any. */
export function closingLine(totals: Totals): string {
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
  return `${totals.passed} passed, ${totals.failed} failed${skipped}`;
}

/** One line on a file. */
export function fileLine(report: FileReport, relative: (path: string) => string): string {
  const failed = report.failures.length;
  const counts = [`${report.passed} passed`];
  if (failed > 0) counts.push(`${failed} failed`);
  if (report.skipped > 0) counts.push(`${report.skipped} skipped`);
  return `${failed > 0 ? '✖' : '✔'} ${relative(report.file)}  ${counts.join(', ')}  ${report.seconds.toFixed(1)} s`;
}

/** How much of a file's output is worth printing: its end, in characters. */
const mostOutput = 20_000;

/** All of a file's failures in full, then what its process printed. */
export function failureText(report: FileReport, relative: (path: string) => string): string {
  const parts = report.failures.map(
    ({ name, place, reason }) => `\n✖ ${name}\n  ${relative(place)}\n${reason.replaceAll(/^/gm, '  ')}`,
  );
  const output = report.output.trimEnd().slice(-mostOutput);
  if (output !== '') parts.push(`\n  output of ${relative(report.file)}:\n${output}`);
  return parts.join('\n');
}
