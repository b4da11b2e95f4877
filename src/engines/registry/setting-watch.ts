/**
 * Tells of new values of settings. The system's notice of a renamed file comes within
 * milliseconds; where it is missed, or the system gives none, a look at the files now and then
 * finds the new value.
 */
import { type FSWatcher, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { Serial } from '#kernel/serial';
import type { Setting } from './port.ts';
import { SettingFiles } from './setting-files.ts';

type Listener = (setting: Setting) => void;

/** One who listens, and the last version that it knows of. */
interface Watch {
  readonly name: string;
  readonly listener: Listener;
  seen: number;
}

const lookEveryMs = 1000;

/** A listener's fault is neither the writer's nor the other listeners'. */
function hear({ listener }: Watch, setting: Setting): void {
  try {
    listener(setting);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

/** Watches the settings of one folder; idle until somebody listens. */
export class SettingWatch {
  readonly #files: SettingFiles;
  readonly #watches = new Set<Watch>();
  readonly #reads = new Serial();
  #notices: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(files: SettingFiles) {
    this.#files = files;
  }

  /** Calls back with every value newer than the present one; answers how to stop. */
  async add(name: string, listener: Listener): Promise<() => Promise<void>> {
    const seen = (await this.#files.get(name))?.version ?? 0;
    const added: Watch = { name, listener, seen };
    await this.#begin();
    this.#watches.add(added);
    // Written between the first look and now.
    await this.look(name);
    return async () => {
      this.#watches.delete(added);
      if (this.#watches.size === 0) this.#end();
    };
  }

  /** Reads a setting and tells its listeners if it is new to them. */
  async look(name: string): Promise<void> {
    const watches = [...this.#watches].filter((one) => one.name === name);
    if (watches.length > 0) await this.#reads.run(() => this.#tell(name, watches));
  }

  async #tell(name: string, watches: readonly Watch[]): Promise<void> {
    const setting = await this.#files.get(name);
    for (const one of watches) {
      if (!setting || setting.version <= one.seen || !this.#watches.has(one)) continue;
      one.seen = setting.version;
      hear(one, setting);
    }
  }

  /** A value that cannot be read now is found at the next look. */
  #lookLater(name: string): void {
    this.look(name).catch(() => undefined);
  }

  async #begin(): Promise<void> {
    if (this.#timer) return;
    this.#timer = setInterval(() => this.#lookAll(), lookEveryMs);
    this.#timer.unref();
    await mkdir(this.#files.folder, { recursive: true, mode: 0o700 });
    this.#notices ??= watch(this.#files.folder, { persistent: false }, (_event, file) => {
      const name = file === null ? undefined : SettingFiles.nameOf(file);
      if (name !== undefined) this.#lookLater(name);
    }).on('error', () => this.#notices?.close());
  }

  #lookAll(): void {
    for (const name of new Set([...this.#watches].map((one) => one.name))) this.#lookLater(name);
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#notices?.close();
    this.#notices = undefined;
  }
}
