/**
 * GIFs taken apart byte by byte, nothing decoded: to see whether one is whole, and to take out comments and
 * application data while pixels, timing and looping stay exactly as they are.
 * Source: the GIF89a specification (CompuServe, 1990).
 */
import { broken } from './refusals.ts';

const extension = 0x21;
const image = 0x2c;
const trailer = 0x3b;
const comment = 0xfe;
const application = 0xff;
const looping = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0']);

type Bytes = Uint8Array<ArrayBufferLike>;

function byteAt(gif: Bytes, at: number): number {
  const byte = gif[at];
  if (byte === undefined) throw broken();
  return byte;
}

/** Length of the colour table that a packed field announces. */
const tableBytes = (packed: number): number => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

const headerBytes = (gif: Bytes): number => 13 + tableBytes(byteAt(gif, 10));

/** Where the chain of sub-blocks that begins at `at` ends. */
function afterSubBlocks(gif: Bytes, at: number): number {
  let next = at;
  while (byteAt(gif, next) !== 0) next += byteAt(gif, next) + 1;
  return next + 1;
}

function endOfBlock(gif: Bytes, at: number): number {
  const kind = byteAt(gif, at);
  if (kind === extension) return afterSubBlocks(gif, at + 2);
  if (kind === image) return afterSubBlocks(gif, at + 11 + tableBytes(byteAt(gif, at + 9)));
  throw broken();
}

/** The blocks behind the header. Many programs leave the trailer out, so the end of the file is one too. */
function* blocks(gif: Bytes): Generator<{ start: number; end: number }> {
  let start = headerBytes(gif);
  while (start !== gif.length && byteAt(gif, start) !== trailer) {
    const end = endOfBlock(gif, start);
    yield { start, end };
    start = end;
  }
}

function isPrivate(gif: Bytes, at: number): boolean {
  if (gif[at] !== extension) return false;
  if (gif[at + 1] === comment) return true;
  const name = Buffer.from(gif.subarray(at + 3, at + 14)).toString('latin1');
  return gif[at + 1] === application && !looping.has(name);
}

/** Throws `UnsupportedError` where a GIF breaks off. Cost: a step for every 255 bytes. */
export function requireWholeGif(gif: Bytes): void {
  let images = 0;
  for (const { start } of blocks(gif)) images += gif[start] === image ? 1 : 0;
  if (images === 0) throw broken();
}

/** The GIF without private blocks. Throws as `requireWholeGif`. */
export function stripGif(gif: Bytes): Buffer {
  const kept = [gif.subarray(0, headerBytes(gif))];
  for (const { start, end } of blocks(gif)) if (!isPrivate(gif, start)) kept.push(gif.subarray(start, end));
  return Buffer.concat([...kept, Buffer.from([trailer])]);
}
