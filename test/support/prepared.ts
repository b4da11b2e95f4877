/** Data folders that take long to fill, filled once for all test files of a run. */
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { freshFolder } from './site.ts';

/** Where a run of tests keeps what its files share, gone when it ends; a file that runs by itself shares nothing. */
const shared = process.env['PINAKES_TEST_SHARED'];

/**
 * A fresh folder with what `fill` puts into an empty one: a copy of what another file of this run had made
 * by this name, where one had. Files that need it at the same time each make it, and the first is kept.
 */
export async function preparedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const own = await freshFolder();
  const kept = shared === undefined ? undefined : path.join(shared, name);
  if (kept !== undefined && existsSync(kept)) {
    await cp(kept, own, { recursive: true });
    return own;
  }
  await fill(own);
  if (kept === undefined) return own;
  const aside = `${kept}.${process.pid}`;
  await mkdir(path.dirname(kept), { recursive: true });
  await cp(own, aside, { recursive: true });
  await rename(aside, kept).catch(() => rm(aside, { recursive: true, force: true }));
  return own;
}
