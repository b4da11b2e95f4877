/**
 * Where each partition of a topic begins and ends, told by the process that appends to those that read: one small file a
 * topic. It is written after what it tells of, at most every few milliseconds, and never synced: who opens the log for
 * appending writes it anew.
 */
import { mkdirSync } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

/** The offsets of a partition: of the first event that is kept, and of the next one. */
export interface Head {
  readonly start: number;
  readonly end: number;
}

const headBytes = 24;
const pauseMs = 4;
const tries = 50;

/** The file of a topic. */
export const headsFile = (topicFolder: string): string => path.join(topicFolder, 'heads');

/** The writing side. */
export class Heads {
  readonly #folder: string;
  readonly #bytes: Buffer;
  #handle: FileHandle | undefined;
  #dirty = false;
  #writing: Promise<void> | undefined;

  constructor(topicFolder: string, partitions: number) {
    this.#folder = topicFolder;
    this.#bytes = Buffer.alloc(partitions * headBytes);
  }

  /** Tells soon. */
  set(partition: number, { start, end }: Head): void {
    const at = partition * headBytes;
    this.#bytes.writeDoubleLE(start, at);
    this.#bytes.writeDoubleLE(end, at + 8);
    this.#bytes.writeUInt32LE(crc32(this.#bytes.subarray(at, at + 16)), at + 16);
    this.#dirty = true;
    this.#writing ??= this.#write();
  }

  /** Tells what is not told yet, and lets go of the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#handle?.close();
  }

  async #write(): Promise<void> {
    // Readers fall back on what they knew; the log itself needs nothing of this.
    while (this.#dirty) {
      this.#dirty = false;
      await this.#store().catch(() => undefined);
      await sleep(pauseMs);
    }
    this.#writing = undefined;
  }

  async #store(): Promise<void> {
    if (!this.#handle) {
      mkdirSync(this.#folder, { recursive: true });
      const file = headsFile(this.#folder);
      this.#handle = await open(file, 'r+').catch(() => open(file, 'wx+'));
    }
    await this.#handle.write(this.#bytes, 0, this.#bytes.length, 0);
  }
}

function headIn(bytes: Buffer, partition: number): Head | undefined {
  const at = partition * headBytes;
  if (bytes.length < at + headBytes) return { start: 0, end: 0 };
  const body = bytes.subarray(at, at + 16);
  const sum = bytes.readUInt32LE(at + 16);
  // Never written: the partition is empty.
  if (sum === 0 && body.every((byte) => byte === 0)) return { start: 0, end: 0 };
  return sum === crc32(body) ? { start: body.readDoubleLE(0), end: body.readDoubleLE(8) } : undefined;
}

/** What is told of the partitions of a topic now; nothing was appended where there is no file. */
export async function readHeads(topicFolder: string, partitions: number): Promise<Head[]> {
  for (let tried = 1; ; tried++) {
    const bytes = await readFile(headsFile(topicFolder)).catch(() => Buffer.alloc(0));
    const heads = Array.from({ length: partitions }, (_, partition) => headIn(bytes, partition));
    // A head that is being written is whole a moment later.
    if (tried >= tries || heads.every((head) => head !== undefined))
      return heads.map((head) => head ?? { start: 0, end: 0 });
    await sleep(1);
  }
}
