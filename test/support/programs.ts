/** The program as processes of their own: the command line, and the server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Json } from '#kernel/json';

const apps = path.resolve(import.meta.dirname, '../../src/apps');

/** How a process ended; `code` is null when a signal ended it. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way. */
export interface Program {
  readonly child: ChildProcess;
  /** Calls back with every whole line of standard error. */
  onNote(listener: (line: string) => void): void;
  /** Resolves when it has ended and everything it printed is here. */
  readonly finished: Promise<Finished>;
}

function run(script: string, words: readonly string[], data: string, more: Record<string, string>): Program {
  const { PATH = '', HOME = '' } = process.env;
  // Kept machine code, as `npm run pinakes` has it: without, loading the sources is most of what a command costs.
  const { NODE_COMPILE_CACHE = path.resolve(apps, '../../node_modules/.cache/node') } = process.env;
  const own = { PORT: '0', PINAKES_DATA: data, PINAKES_LOG: 'error' };
  const env = { PATH, HOME, NODE_COMPILE_CACHE, ...own, ...more };
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', path.join(apps, script), ...words],
    {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const listeners: ((line: string) => void)[] = [];
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text.stdout += part;
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    text.stderr += `${line}\n`;
    for (const listener of listeners) listener(line);
  });
  const finished = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    ...text,
  }));
  return { child, onNote: (listener) => void listeners.push(listener), finished };
}

/** Starts `pinakes WORDS…` on a data folder. */
export function startPinakes(
  data: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Program {
  return run('cli/main.ts', words, data, env);
}

/** Runs `pinakes WORDS…` on a data folder to its end. */
export function pinakes(data: string, ...words: string[]): Promise<Finished> {
  return startPinakes(data, words).finished;
}

/** Runs `pinakes WORDS… --json`, which must print one JSON document and nothing else on standard output. */
export async function pinakesJson<T = Json>(
  data: string,
  ...words: string[]
): Promise<Finished & { json: T }> {
  const finished = await pinakes(data, ...words, '--json');
  if (!/^[^\n]+\n$/.test(finished.stdout)) {
    throw new Error(`not one line on standard output: ${JSON.stringify(finished)}`);
  }
  return { ...finished, json: JSON.parse(finished.stdout) as T };
}

/** A server in a process of its own. */
export interface ServerProcess extends Program {
  readonly url: string;
}

/** Starts the server on a data folder and waits until it answers. */
export async function startServerProcess(data: string): Promise<ServerProcess> {
  const program = run('start.ts', [], data, {});
  const url = await new Promise<string>((resolve, reject) => {
    program.child.stdout?.on('data', (part: string) => {
      const found = /Pinakes is at (\S+)/.exec(part)?.[1];
      if (found) resolve(found);
    });
    void program.finished.then(({ stderr }) => reject(new Error(`the server did not start: ${stderr}`)));
  });
  return { ...program, url };
}
