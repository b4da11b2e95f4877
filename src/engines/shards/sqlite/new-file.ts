/**
 * New shard files: copies of one that is made once. SQLite makes a file in some ten milliseconds on the calling thread, most
 * of it syncs to disk; a copy is written and synced in Node's thread pool.
 */

import { readFileSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Durability } from '#kernel/sqlite';
import { syncFolder } from '#kernel/sync';
import { ShardFile } from './shard-file.ts';

/** What a file is called while it is made; one that stays behind is nobody's. */
export const isUnfinished = /^\d{5}\.sqlite\.new/;

/** Makes files of one folder. */
export class NewFiles {
  readonly #durability: Durability;
  #empty: Buffer | undefined;

  constructor(durability: Durability) {
    this.#durability = durability;
  }

  /** Makes a file with every shard's tables and nothing in them; there is none until it is whole. Durable as asked. */
  async make(target: string): Promise<void> {
    const temporary = `${target}.new`;
    this.#empty ??= emptyFile(temporary);
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(this.#empty);
      if (this.#durability === 'power') await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
    if (this.#durability === 'power') await syncFolder(path.dirname(target));
  }
}

/** The bytes of a shard's file before anything is written to it. */
function emptyFile(temporary: string): Buffer {
  rmSync(temporary, { force: true });
  new ShardFile(0, temporary).close();
  return readFileSync(temporary);
}
