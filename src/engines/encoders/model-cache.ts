/** Files that are made once and kept: each begins with the SHA-256 of the rest, so a broken one is seen. */
import { createHash } from 'node:crypto';
import { constants, mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';

const digestBytes = 32;

const digestOf = (content: Uint8Array): Buffer => createHash('sha256').update(content).digest();

async function readWhole(file: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const content = bytes?.subarray(digestBytes);
  return content && digestOf(content).equals(bytes?.subarray(0, digestBytes) ?? content)
    ? content
    : undefined;
}

/**
 * Writes in place, over what is there. Who reads meanwhile sees a broken digest and makes the content
 * itself; who writes meanwhile writes the same; and what a killed process leaves is written over.
 */
async function write(file: string, content: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, constants.O_CREAT | constants.O_WRONLY);
  try {
    await handle.writev([digestOf(content), content], 0);
    await handle.truncate(digestBytes + content.byteLength);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The content of a kept file, made by `make` when the file is missing or damaged. Threads and
 * processes may ask at once: each then makes the content, and none is given a broken one.
 */
export async function keptFile(file: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const kept = await readWhole(file);
  if (kept) return kept;
  const made = await make();
  await write(file, made);
  return made;
}
