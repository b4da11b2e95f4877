/** Files that are made once and kept: each begins with the SHA-256 of the rest, so a broken one is seen. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
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

async function writeAtomically(file: string, content: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writev([digestOf(content), content]);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * The content of a kept file, made by `make` when the file is missing or damaged. Threads and
 * processes may ask at once: each then makes the content, and the file is always a whole one.
 */
export async function keptFile(file: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const kept = await readWhole(file);
  if (kept) return kept;
  const made = await make();
  await writeAtomically(file, made);
  return made;
}
