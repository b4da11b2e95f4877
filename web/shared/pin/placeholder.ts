/**
 * A picture's blurred stand-in as a very small image.
 *
 * The thumbhash is decoded and averaged down to a few pixels in a BMP, whose data URL is some 200
 * characters: cheap enough to be in the page for every tile. The browser's smoothing does the blurring.
 */
import { thumbHashToRGBA } from 'thumbhash';

interface Raster {
  readonly w: number;
  readonly h: number;
  readonly rgba: Uint8Array;
}

const known = new Map<string, string>();
const most = 4000;

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** Mean of one channel over a cell. */
function mean(
  raster: Raster,
  cell: { x: number; y: number; columns: number; rows: number },
  channel: number,
): number {
  const [left, right] = [cell.x, cell.x + 1].map((x) => Math.floor((x * raster.w) / cell.columns)) as [
    number,
    number,
  ];
  const [top, bottom] = [cell.y, cell.y + 1].map((y) => Math.floor((y * raster.h) / cell.rows)) as [
    number,
    number,
  ];
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) sum += raster.rgba[(y * raster.w + x) * 4 + channel] ?? 0;
  }
  return sum / Math.max(1, (right - left) * (bottom - top));
}

function headerOf(columns: number, rows: number, size: number): DataView {
  const view = new DataView(new ArrayBuffer(size));
  view.setUint16(0, 0x424d);
  view.setUint32(2, size, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, columns, true);
  view.setInt32(22, rows, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  return view;
}

/** A 24-bit BMP: rows from the bottom up, blue first, each padded to four bytes. */
function bitmapOf(raster: Raster, columns: number, rows: number): Uint8Array {
  const stride = Math.ceil((columns * 3) / 4) * 4;
  const view = headerOf(columns, rows, 54 + stride * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = 54 + (rows - 1 - y) * stride + x * 3;
      const cell = { x, y, columns, rows };
      for (let channel = 0; channel < 3; channel++)
        view.setUint8(at + channel, mean(raster, cell, 2 - channel));
    }
  }
  return new Uint8Array(view.buffer);
}

function decode(hash: string, cells: number): string {
  try {
    const raster = thumbHashToRGBA(bytesOf(hash));
    const [long, short] = [
      cells,
      Math.max(2, Math.round((cells * Math.min(raster.w, raster.h)) / Math.max(raster.w, raster.h))),
    ];
    const bitmap = raster.w >= raster.h ? bitmapOf(raster, long, short) : bitmapOf(raster, short, long);
    return `data:image/bmp;base64,${btoa(String.fromCharCode(...bitmap))}`;
  } catch {
    return '';
  }
}

/** A data URL for a base64 thumbhash, `cells` pixels long; empty for an empty or broken one. Remembers the last few thousand. */
export function placeholderUrl(hash: string, cells = 5): string {
  if (hash === '') return '';
  const key = `${cells}${hash}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= most) known.clear();
  const url = decode(hash, cells);
  known.set(key, url);
  return url;
}
