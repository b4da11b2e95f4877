/** Copies of open files. */

import { read } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';

const chunkBytes = 1 << 20;
const readInto = promisify(read);

async function write(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/**
 * Copies the first `size` bytes of an open file to a new one, or fewer where it ends before. By descriptor, since
 * SQLite's locks on a file are gone when any descriptor of it is closed in the same process. Rejects when aborted.
 */
export async function copyBytes(
  from: number,
  target: string,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(target, 'wx');
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (let at = 0; at < size; ) {
      signal.throwIfAborted();
      const { bytesRead } = await readInto(from, buffer, 0, Math.min(chunkBytes, size - at), at);
      if (bytesRead === 0) break;
      await write(file, buffer.subarray(0, bytesRead), at);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
