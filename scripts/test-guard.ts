/**
 * Preloaded into every test file's process: a file whose tests are over but whose process
 * stays up (a server left open, a timer left running) fails, saying what holds it, instead
 * of hanging the run.
 */
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const graceMs = 15_000;

function failIfHeldOpen(): void {
  const timer = setTimeout(() => {
    const held = process.getActiveResourcesInfo().join(', ');
    writeSync(2, `The tests ended ${graceMs / 1000} s ago and the process is still held open by: ${held}\n`);
    process.exit(1);
  }, graceMs);
  timer.unref();
}

// Worker threads and forked processes inherit the preload; they run no tests, and node:test would mark their output.
if (isMainThread && process.argv[1]?.endsWith('.test.ts')) {
  const { after } = await import('node:test');
  after(failIfHeldOpen);
}
