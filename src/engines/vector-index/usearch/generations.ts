/**
 * Checkpoints as whole generations: a folder each, and a file `CURRENT` with the name of the
 * valid one. A new generation is written beside the old one, made durable, and becomes valid
 * by renaming `CURRENT` over; then the old one goes. A crash at any moment leaves one of the two.
 */

import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '#kernel/sync';
import { writeFileDurably } from './checked-file.ts';

const pattern = /^generation-(\d{1,15})$/;

/** The generations in a folder of their own. */
export class Generations {
  readonly #folder: string;
  readonly #pointer: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#pointer = path.join(folder, 'CURRENT');
  }

  /**
   * Makes the folder where it is missing and gives the valid generation's folder, if there is one.
   * Throws when `CURRENT` is damaged; what the generation holds may be damaged all the same.
   */
  async current(): Promise<string | undefined> {
    await mkdir(this.#folder, { recursive: true });
    const name = await readFile(this.#pointer, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (name === undefined) return undefined;
    if (!pattern.test(name)) throw new Error('CURRENT is damaged');
    return path.join(this.#folder, name);
  }

  async #names(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => pattern.test(name));
  }

  async #removeAllBut(kept: string | undefined): Promise<void> {
    for (const name of await this.#names()) {
      if (name !== kept) await rm(path.join(this.#folder, name), { recursive: true, force: true });
    }
  }

  /** Removes what a crash left unfinished: every generation but the one in this folder, and half a pointer. */
  async tidy(current: string | undefined): Promise<void> {
    await rm(`${this.#pointer}.tmp`, { force: true });
    await this.#removeAllBut(current && path.basename(current));
  }

  /** Has `fill` write durable files into a new generation's folder, and makes that generation the valid one. */
  async add(fill: (folder: string) => Promise<void>): Promise<void> {
    const numbers = (await this.#names()).map((name) => Number(pattern.exec(name)?.[1] ?? 0));
    const name = `generation-${Math.max(0, ...numbers) + 1}`;
    const folder = path.join(this.#folder, name);
    try {
      await mkdir(folder);
      await fill(folder);
      await syncFolder(folder);
      await this.#pointTo(name);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    await this.#removeAllBut(name);
  }

  async #pointTo(name: string): Promise<void> {
    const temporary = `${this.#pointer}.tmp`;
    await rm(temporary, { force: true });
    await writeFileDurably(temporary, [Buffer.from(name)]);
    await rename(temporary, this.#pointer);
    await syncFolder(this.#folder);
  }

  /** Removes every generation, durably. */
  async clear(): Promise<void> {
    await rm(this.#pointer, { force: true });
    await syncFolder(this.#folder);
    await this.#removeAllBut(undefined);
  }
}
