/** What the monitor remembers between two runs: one small file. Without it, it learns anew. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '#kernel/log';

/** What is in it; unknown where another version or another program wrote it. */
export interface Memory {
  readonly version: 1;
  /** The shapes of the day, by signal. */
  readonly signals: Readonly<Record<string, unknown>>;
  readonly book: unknown;
}

/** Reads it; undefined when there is none, or none that can be used, which is logged. */
export async function readMemory(file: string, log: Log): Promise<Memory | undefined> {
  try {
    const memory = JSON.parse(await readFile(file, 'utf8')) as Memory;
    return memory.version === 1 ? memory : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn({ err: error }, 'what monitoring has learnt cannot be read; it learns anew');
    return undefined;
  }
}

/** Replaces it whole, or leaves it as it was. About 350 kB after four weeks. */
export async function writeMemory(file: string, memory: Memory): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.new`;
  await writeFile(temporary, JSON.stringify(memory));
  await rename(temporary, file);
}
