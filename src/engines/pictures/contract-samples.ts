/** Picture files for tests, made here. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Random noise in a colour: a picture that does not compress to nothing. */
export function noise(width: number, height: number): Sharp {
  const grain = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#808080', noise: grain } });
}

/** One plain colour. */
export function plain(width: number, height: number, background: string): Sharp {
  return sharp({ create: { width, height, channels: 4, background } });
}

/** Red on the left, blue on the right. */
export function redAndBlue(width: number, height: number): Sharp {
  const half = {
    create: { width: Math.floor(width / 2), height, channels: 3, background: '#ff0000' },
  } as const;
  return sharp({ create: { width, height, channels: 3, background: '#0000ff' } }).composite([
    { input: half, left: 0, top: 0 },
  ]);
}

/** An animated GIF of `frames` frames with a comment and private application data in it. */
export async function animatedGif(frames: number, side = 24): Promise<Buffer> {
  const colours = Array.from({ length: frames }, (_, i) => plain(side, side, i % 2 ? '#ff0000' : '#00ff00'));
  const stills = await Promise.all(colours.map((colour) => colour.png().toBuffer()));
  const gif = await sharp(stills, { join: { animated: true } })
    .gif({ delay: 100, loop: 0 })
    .toBuffer();
  const secret = Buffer.from('secret comment');
  const note = Buffer.concat([Buffer.from([0x21, 0xfe, secret.length]), secret, Buffer.from([0])]);
  const tables = 13 + ((gif[10] ?? 0) & 0x80 ? 3 * 2 ** (((gif[10] ?? 0) & 7) + 1) : 0);
  return Buffer.concat([gif.subarray(0, tables), note, gif.subarray(tables)]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), framed.length - 4);
  return framed;
}

/** A PNG of a few kilobytes that claims to be `side` × `side` pixels: a decompression bomb. */
export function bombPng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(Math.min(2e7, Math.ceil(side / 8 + 1) * side)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';

/** Files that are no pictures, whatever they are called. */
export const foreignFiles: Readonly<Record<string, string | Buffer>> = {
  'text.jpg': 'Dear diary, this is not a photo.',
  'page.png': '<!doctype html><title>Hello</title>',
  'drawing.png': drawing,
  'drawing.svg': `<?xml version="1.0"?>${drawing}`,
  'paper.webp': '%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF',
  'archive.gif': Buffer.from('504b0304140000000800', 'hex'),
  'netpbm.jpg': 'P3 1 1 255 1 2 3',
  'start-only.jpg': Buffer.from([0xff, 0xd8, 0xff]),
};

/** Writes a sample and answers its path. */
export async function keep(folder: string, name: string, content: Sharp | Buffer | string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(
    file,
    typeof content === 'string' || Buffer.isBuffer(content) ? content : await content.toBuffer(),
  );
  return file;
}
