/** Writes lists to a file. */

import { type FileHandle, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { syncFolder } from '#kernel/sync';
import { turns } from '#kernel/turns';
import { type Snapshot, tag } from './snapshot.ts';

const chunkBytes = 256 * 1024;
const idsAtOnce = 2048;

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function* text(value: string): Iterable<Uint8Array> {
  const bytes = Buffer.from(value);
  yield length(bytes.length);
  yield bytes;
}

function bytesOf(array: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function* pieces({ mark, size, idOf, lists }: Snapshot): Iterable<Uint8Array> {
  yield tag;
  yield* text(mark);
  yield length(size);
  for (let start = 0; start < size; start += idsAtOnce) {
    const count = Math.min(idsAtOnce, size - start);
    const ids = Buffer.alloc(count * 8);
    for (let i = 0; i < count; i += 1) ids.writeBigUInt64LE(BigInt(idOf(start + i)), i * 8);
    yield ids;
  }
  yield length(lists.length);
  for (const { name, columns } of lists) {
    yield* text(name);
    yield length(columns.numbers.length);
    yield bytesOf(columns.numbers);
    yield bytesOf(columns.scores);
  }
}

/** Writes pieces in larger chunks, then their checksum. */
async function writeAll(file: FileHandle, all: Iterable<Uint8Array>): Promise<void> {
  const pause = turns();
  let sum = 0;
  let chunk: Uint8Array[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(chunk);
    sum = crc32(bytes, sum);
    await file.appendFile(bytes);
    chunk = [];
    size = 0;
  };
  for (const piece of all) {
    chunk.push(piece);
    size += piece.byteLength;
    if (size >= chunkBytes) await flush();
    await pause();
  }
  await flush();
  await file.appendFile(length(sum));
}

/** Puts a snapshot in the place of an earlier one, on disk when it resolves; until then the earlier one stays whole. */
export async function writeSnapshot(target: string, snapshot: Snapshot): Promise<void> {
  const fresh = `${target}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await writeAll(file, pieces(snapshot));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, target);
  await syncFolder(path.dirname(target));
}
