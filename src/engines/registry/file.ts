/** The registry port in a folder of one machine. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { announceIn, instancesIn } from './announcements.ts';
import { holdFile } from './file-lock.ts';
import type { Instance, Lock, Registry } from './port.ts';

const lockName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Opens a registry in `folder`, made when missing and readable by its owner only. Several processes may open one folder. */
export async function openFileRegistry({ folder }: { readonly folder: string }): Promise<Registry> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return new FileRegistry(folder);
}

class FileRegistry implements Registry {
  readonly #folder: string;
  readonly #undo = new Set<() => Promise<void>>();
  #isClosed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async tryLock(name: string): Promise<Lock | undefined> {
    this.#requireOpen();
    if (!lockName.test(name)) throw new InvalidInputError('name', 'must be 1 to 64 of a-z, 0-9 and -');
    const held = holdFile(path.join(this.#folder, `${name}.lock`));
    return held && { name, ...this.#disposable(async () => held.release()) };
  }

  async announce(instance: Instance): Promise<AsyncDisposable> {
    this.#requireOpen();
    return this.#disposable(await announceIn(this.#folder, instance));
  }

  async find(role: string): Promise<Instance[]> {
    this.#requireOpen();
    const instances = await instancesIn(this.#folder);
    return instances.filter((instance) => instance.role === role);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const undo of [...this.#undo]) await undo();
  }

  #disposable(free: () => Promise<void>): AsyncDisposable {
    const undo = async (): Promise<void> => {
      if (this.#undo.delete(undo)) await free();
    };
    this.#undo.add(undo);
    return { [Symbol.asyncDispose]: undo };
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new UnavailableError('the registry is closed');
  }
}
