/** Hands over to a script: same terminal, signals passed on, same exit code. */
import { spawn } from 'node:child_process';
import { availableParallelism, constants } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * The environment of everything that Pinakes runs. One malloc arena, with pictures' buffers mapped apart and given back
 * at once, keeps memory under 400 MB with half a dozen threads; more of libuv's threads, so that a sync to disk does not
 * wait behind pictures; kept machine code saves a third of the time that loading the sources takes.
 */
export function environment(root) {
  return {
    ...memory,
    ...process.env,
    UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '8',
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node'),
    PATH: [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
  };
}

const memory = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/** Threads that mark garbage and compile in the background. With V8's usual four on two cores, whoever answers people waits behind them. */
const v8Threads = Math.max(1, Math.min(4, availableParallelism() - 1));

/**
 * Node's own options for everything that Pinakes runs. With less room for young objects, what a stream of saves leaves behind
 * grows old and is collected in pauses that people feel; threads beside the first are given less where they are made. V8 would
 * put what code made that was once seen to live long among the old objects at once: what is read for one answer then keeps the
 * objects that it holds from being let go of, though nobody has the answer any more.
 */
export const nodeOptions = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=8',
  '--no-allocation-site-pretenuring',
  `--v8-pool-size=${v8Threads}`,
];

const parentPollMs = 250;

/** A terminal sends its interrupt to the whole group, so passing that on would deliver it twice. */
function isAlreadyDelivered(signal) {
  return signal === 'SIGINT' && process.stdin.isTTY === true;
}

/**
 * Calls `onGone` once when npm's shell dies. A signal sent to `npm start` ends that shell, which passes
 * nothing on, so its death is all that there is to see. Outside npm a parent may well go away first.
 */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, parentPollMs);
  timer.unref();
}

/** Runs `script` in `node`, then ends this process with the same exit code (128 + signal when a signal ended it). */
export function hand(root, node, script, args) {
  const child = spawn(node, [...nodeOptions, script, ...args], { stdio: 'inherit', env: environment(root) });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!isAlreadyDelivered(signal)) child.kill(signal);
    });
  }
  watchParent(() => child.kill('SIGTERM'));
  return new Promise((_resolve, reject) => {
    child.on('error', (error) => reject(new Error(`${node} could not be run: ${error.message}`)));
    child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)));
  });
}
