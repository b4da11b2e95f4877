/** The limit under everything that is durable. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { seconds } from './bench.ts';

/** What the disk allows anybody: 1 kB appends to a fresh file in `folder` a second, each synced by itself. */
export async function syncsPerSecond(folder: string): Promise<number> {
  const handle = await open(path.join(folder, 'limit'), 'wx');
  const count = 200;
  const took = await seconds(async () => {
    for (let n = 0; n < count; n++) {
      await handle.write(Buffer.alloc(1000));
      await handle.datasync();
    }
  });
  await handle.close();
  return count / took;
}
