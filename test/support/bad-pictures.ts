/** Files that are no pictures to take in. */
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A well-formed PNG of one colour: a few kilobytes that decode to `width` × `height` pixels. */
export function pngOfOneColour(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // One bit a pixel, greyscale, no interlace.
  header.set([1, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((Math.ceil(width / 8) + 1) * height);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PNG that decodes to 400 million pixels. */
export function decompressionBomb(): Buffer {
  return pngOfOneColour(20_000, 20_000);
}

/** The first `share` of a JPEG. */
export function truncated(jpeg: Buffer, share = 0.5): Buffer {
  return jpeg.subarray(0, Math.floor(jpeg.length * share));
}

/** A JPEG of noise, which no encoder makes small: about a byte a pixel. */
export async function bulkyJpeg(side: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: side, height: side, channels: 3, background: '#888', noise } })
    .jpeg({ quality: 95 })
    .toBuffer();
}
