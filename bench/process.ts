/** The program as a process of its own, started the way a person starts it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');

/** A free port on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A started server. */
export interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  readonly env: NodeJS.ProcessEnv;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
}

/** Runs `npm start` with its data in `data`; resolves as soon as the process exists. */
export async function npmStart(data: string, extra: Record<string, string> = {}): Promise<Started> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), PINAKES_DATA: data, PINAKES_LOG: 'warn', ...extra };
  const child = spawn('npm', ['start'], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    env,
    async stop() {
      if (child.pid === undefined || child.exitCode !== null) return;
      // npm ends before the server below it has let go of its data.
      const all = [child.pid, ...(await childrenOf(child.pid))];
      process.kill(-child.pid, 'SIGTERM');
      while (all.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}

/** Asks for a page until it is answered with 200; answers its text. */
export async function firstPage(url: string, deadlineMs = 60_000): Promise<string> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return answer.text();
    if (performance.now() > deadline) throw new Error(`no page from ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Runs a command of the command line against the data of `started`; answers its JSON. */
export async function pinakes(started: Started, ...words: string[]): Promise<unknown> {
  const run = promisify(execFile);
  const { stdout } = await run('npm', ['run', '-s', 'pinakes', '--', ...words, '--json'], {
    cwd: root,
    env: started.env,
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout);
}

/** Whether a process runs; one that has ended and was not reaped does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent === pid) found.push(Number(entry), ...(await childrenOf(Number(entry))));
  }
  return found;
}

async function statusMb(pid: number, field: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 1024;
}

/** Memory of the server in MB, now and at its highest: of the largest process below `npm start` (Linux only). */
export async function memoryOf(started: Started): Promise<{ rss: number; peak: number }> {
  const pids = started.child.pid === undefined ? [] : await childrenOf(started.child.pid);
  const sizes = await Promise.all(
    pids.map(async (pid) => ({ rss: await statusMb(pid, 'VmRSS'), peak: await statusMb(pid, 'VmHWM') })),
  );
  return sizes.reduce((most, one) => (one.rss > most.rss ? one : most), { rss: 0, peak: 0 });
}
