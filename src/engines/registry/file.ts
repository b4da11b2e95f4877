/** The registry port in a folder of one machine. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { holdFile } from '#kernel/file-lock';
import type { Json } from '#kernel/json';
import { announceIn, instancesIn } from './announcements.ts';
import type { Instance, Lock, Registry, Setting } from './port.ts';
import { SettingFiles } from './setting-files.ts';
import { SettingWatch } from './setting-watch.ts';

const lockName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Where a registry keeps its files. */
export interface FileRegistryOptions {
  /** For locks and announcements, worth nothing once no process runs. */
  readonly folder: string;
  /** For settings, which must be kept; `settings` in `folder` when left out. */
  readonly settings?: string | undefined;
}

/** Opens a registry in folders, made when missing and readable by their owner only. Several processes may open the same. */
export async function openFileRegistry(options: FileRegistryOptions): Promise<Registry> {
  const { folder, settings = path.join(folder, 'settings') } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return new FileRegistry(folder, new SettingFiles(settings));
}

class FileRegistry implements Registry {
  readonly #folder: string;
  readonly #settings: SettingFiles;
  readonly #watch: SettingWatch;
  readonly #undo = new Set<() => Promise<void>>();
  #isClosed = false;

  constructor(folder: string, settings: SettingFiles) {
    this.#folder = folder;
    this.#settings = settings;
    this.#watch = new SettingWatch(settings);
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

  async getSetting(name: string): Promise<Setting | undefined> {
    this.#requireOpen();
    return this.#settings.get(name);
  }

  async setSetting(name: string, value: Json, expect: number): Promise<number> {
    this.#requireOpen();
    const { version } = await this.#settings.set(name, value, expect);
    await this.#watch.look(name);
    return version;
  }

  async watchSetting(name: string, listener: (setting: Setting) => void): Promise<AsyncDisposable> {
    this.#requireOpen();
    return this.#disposable(await this.#watch.add(name, listener));
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
