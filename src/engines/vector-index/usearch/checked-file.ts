/** Files with a known length and checksum (CRC-32), written in pieces and made durable. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** What is remembered of a file. */
export interface FileSum {
  readonly bytes: number;
  readonly crc: number;
}

const add = ({ bytes, crc }: FileSum, piece: Uint8Array): FileSum => ({
  bytes: bytes + piece.length,
  crc: crc32(piece, crc),
});

const nothing: FileSum = { bytes: 0, crc: 0 };

/** Reads a file through and sums it up. */
export async function sumFile(file: string): Promise<FileSum> {
  let sum = nothing;
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 }))
    sum = add(sum, piece as Uint8Array);
  return sum;
}

/** Writes pieces to a new file, durably. */
export async function writeFileDurably(file: string, pieces: Iterable<Uint8Array>): Promise<FileSum> {
  const handle = await open(file, 'wx');
  let sum = nothing;
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten;
      sum = add(sum, piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return sum;
}
