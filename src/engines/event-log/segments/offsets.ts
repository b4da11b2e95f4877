/** The offsets of groups: kept in memory, every change appended to a journal, the journal rewritten when it is long. */
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { UnavailableError } from '#kernel/errors';
import type { Durability } from '#kernel/sqlite';
import { AppendFile, syncFolder } from './append-file.ts';
import { frameOf } from './frame.ts';
import { scanFrames } from './scan.ts';

type Entry = readonly [key: string, offset: number];

const compactBytes = 1024 * 1024;

const encode = (entries: Iterable<Entry>): Buffer =>
  Buffer.concat(Array.from(entries, (entry) => frameOf(Buffer.from(JSON.stringify(entry)))));

/** Opens with `GroupOffsets.open`. */
export class GroupOffsets {
  readonly #path: string;
  readonly #durability: Durability;
  readonly #offsets: Map<string, number>;
  #file: AppendFile;
  #waiting: { entry: Entry; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  private constructor(file: AppendFile, durability: Durability, offsets: Map<string, number>) {
    this.#path = file.path;
    this.#file = file;
    this.#durability = durability;
    this.#offsets = offsets;
  }

  /** Reads the journal, cutting off what a crash left torn. */
  static async open(journal: string, durability: Durability): Promise<GroupOffsets> {
    const offsets = new Map<string, number>();
    const file = await AppendFile.open(journal, durability);
    const { position } = await scanFrames({ path: journal, position: 0, size: file.size }, (body) => {
      const [key, offset] = JSON.parse(body.toString()) as Entry;
      offsets.set(key, offset);
      return true;
    });
    if (position < file.size) await file.truncate(position);
    return new GroupOffsets(file, durability, offsets);
  }

  /** The stored offset; 0 when there is none. */
  get(key: string): number {
    return this.#offsets.get(key) ?? 0;
  }

  /** Stores an offset; durable when it resolves. Calls at the same time share a write. */
  set(key: string, offset: number): Promise<void> {
    if (this.#closed) return Promise.reject(new UnavailableError('the event log is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry: [key, offset], resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** Finishes what waits and lets go of the file. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#file.close();
  }

  async #write(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await this.#file.append(encode(group.map(({ entry }) => entry)));
        for (const { entry, resolve } of group) {
          this.#offsets.set(...entry);
          resolve();
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
      // The long journal is as good as the short one: failing to rewrite it loses nothing.
      if (this.#file.size > compactBytes) await this.#compact().catch(() => undefined);
    }
    this.#writing = undefined;
  }

  async #compact(): Promise<void> {
    const temporary = `${this.#path}.tmp`;
    await rm(temporary, { force: true });
    const short = await AppendFile.open(temporary, this.#durability);
    await short.append(encode(this.#offsets));
    await short.sync();
    await short.close();
    await rename(temporary, this.#path);
    if (this.#durability === 'power') await syncFolder(path.dirname(this.#path));
    const long = this.#file;
    this.#file = await AppendFile.open(this.#path, this.#durability);
    await long.close();
  }
}
