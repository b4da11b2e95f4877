/** Bringing what was written to disk, so that it outlives a loss of power. */
import { open } from 'node:fs/promises';

/** Makes what is in a file durable; answers its size in bytes. */
export async function syncFile(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** Makes the names in a folder durable. Does nothing on Windows, which has no folders that could be synced. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
