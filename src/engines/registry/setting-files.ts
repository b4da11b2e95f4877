/**
 * Settings in a folder, a JSON file each.
 *
 * A new value is written aside, synced and renamed over the old one, so that a reader and a
 * crash see either of the two. Who writes holds the setting's lock meanwhile, so that of two
 * writers that expect the same version one is refused, in whichever processes they run.
 */

import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Type from 'typebox';
import { ConflictError, InvalidInputError, UnavailableError } from '#kernel/errors';
import { type HeldFile, holdFile } from '#kernel/file-lock';
import type { Json } from '#kernel/json';
import { check } from '#kernel/schema';
import { syncFolder } from '#kernel/sync';
import type { Setting } from './port.ts';

const SettingSchema = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  value: Type.Unsafe<Json>(Type.Unknown()),
});
const settingName = /^[a-z0-9][a-z0-9-]{0,63}$/;
const largest = 4_000_000;
const lockWaitMs = 5000;
const ending = '.json';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Writes under a lock last milliseconds, so that waiting for one is a matter of a few tries. */
async function holdSoon(file: string): Promise<HeldFile> {
  const until = performance.now() + lockWaitMs;
  for (;;) {
    const held = holdFile(file);
    if (held) return held;
    if (performance.now() > until) throw new UnavailableError(`${file} is held by another process`);
    await sleep(1 + Math.random() * 4);
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const aside = `${file}.new`;
  const handle = await open(aside, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(aside, file);
  await syncFolder(path.dirname(file));
}

/** The text of a setting's next value; throws `InvalidInputError` when it is too long. */
function textOf(setting: Setting): string {
  const text = JSON.stringify(setting);
  if (text.length > largest)
    throw new InvalidInputError('value', `must be at most ${largest} characters of JSON`);
  return `${text}\n`;
}

/** The settings of one folder. */
export class SettingFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The setting's name that a file of the folder is for; undefined for other files. */
  static nameOf(file: string): string | undefined {
    return file.endsWith(ending) ? file.slice(0, -ending.length) : undefined;
  }

  /** A setting; undefined when there is none. Throws `UnavailableError` when its file cannot be read. */
  async get(name: string): Promise<Setting | undefined> {
    const file = this.#fileOf(name);
    try {
      return check(SettingSchema, JSON.parse(await readFile(file, 'utf8')), name);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new UnavailableError(`the setting ${file} cannot be read`, error);
    }
  }

  /** Writes version `expect + 1` of a setting; throws `ConflictError` when it is not at `expect`. */
  async set(name: string, value: Json, expect: number): Promise<Setting> {
    const file = this.#fileOf(name);
    const next = { version: expect + 1, value };
    const text = textOf(next);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const held = await holdSoon(path.join(this.folder, `${name}.lock`));
    try {
      const version = (await this.get(name))?.version ?? 0;
      if (version !== expect)
        throw new ConflictError(`the setting ${name} is at version ${version}, not ${expect}`);
      await writeDurably(file, text);
    } finally {
      held.release();
    }
    return next;
  }

  #fileOf(name: string): string {
    if (settingName.test(name)) return path.join(this.folder, `${name}${ending}`);
    throw new InvalidInputError('name', 'must be 1 to 64 of a-z, 0-9 and -');
  }
}
