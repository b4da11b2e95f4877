/** A child process that dies in the middle of its work. */
import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const lookMs = 3;

/**
 * Runs a module's source in a child process and kills it with SIGKILL once it has printed `lines`
 * lines, or such lines as a function waits for. Answers all whole lines that it printed, those of its last moments too. Rejects with what
 * it wrote to standard error when it ends by itself. Standard output is a file, so that a child that
 * prints faster than this process reads is neither stopped nor torn.
 */
export async function killAfter(
  source: string,
  lines: number | ((printed: readonly string[]) => boolean),
): Promise<string[]> {
  const isEnough =
    typeof lines === 'number' ? (printed: readonly string[]) => printed.length >= lines : lines;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-child-'));
  const file = path.join(folder, 'printed');
  const out = await open(file, 'a');
  try {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      stdio: ['ignore', out.fd, 'pipe'],
    });
    let complaint = '';
    child.stderr?.on('data', (text: Buffer) => {
      complaint += text.toString();
    });
    let ended = false;
    const closed = new Promise<NodeJS.Signals | null>((resolve) => {
      child.once('close', (_code, signal) => {
        ended = true;
        resolve(signal);
      });
    });
    while (!ended && !isEnough(await linesOf(file))) await pause(lookMs);
    child.kill('SIGKILL');
    if ((await closed) !== 'SIGKILL') throw new Error(`the child ended by itself: ${complaint}`);
    return await linesOf(file);
  } finally {
    await out.close();
    await rm(folder, { recursive: true });
  }
}

/** The whole lines of a file. */
async function linesOf(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').slice(0, -1);
}
