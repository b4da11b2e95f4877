/** The search frame as arithmetic: fractions of the picture, always inside it, never too small to hold. */
import type { CropBoxInput } from '#services/vision/contract';

/** A rectangle in fractions of the picture. */
export type Box = CropBoxInput;

/** A corner of the frame. */
export type Corner = 'nw' | 'ne' | 'sw' | 'se';

/** All corners, in reading order. */
export const corners: readonly Corner[] = ['nw', 'ne', 'sw', 'se'];

/** Neither side is ever smaller. */
export const leastSide = 0.08;

/** Where the frame starts: the middle of the picture, where its subject mostly is. */
export const firstBox: Box = { x: 0.2, y: 0.2, width: 0.6, height: 0.6 };

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** The frame pushed by a distance, as far as the picture goes. */
export function moved(box: Box, dx: number, dy: number): Box {
  return { ...box, x: clamp(box.x + dx, 0, 1 - box.width), y: clamp(box.y + dy, 0, 1 - box.height) };
}

/** One side of the frame pulled: its start and length on that axis. */
function pulled(start: number, length: number, by: number, isStart: boolean): [number, number] {
  const end = start + length;
  if (!isStart) return [start, clamp(length + by, leastSide, 1 - start)];
  const next = clamp(start + by, 0, end - leastSide);
  return [next, end - next];
}

/** The frame with one corner pulled by a distance; the opposite corner stays. */
export function resized(box: Box, corner: Corner, dx: number, dy: number): Box {
  const [x, width] = pulled(box.x, box.width, dx, corner.endsWith('w'));
  const [y, height] = pulled(box.y, box.height, dy, corner.startsWith('n'));
  return { x, y, width, height };
}

/** The frame in hundredths, so that trembling asks for nothing new. */
export function rounded({ x, y, width, height }: Box): Box {
  const cut = (value: number) => Math.round(value * 100) / 100;
  const [left, top] = [cut(x), cut(y)];
  return { x: left, y: top, width: Math.min(cut(width), 1 - left), height: Math.min(cut(height), 1 - top) };
}

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What an arrow key makes of the frame: with Shift it pulls the last corner. Undefined for other keys. */
export function keyed(box: Box, key: string, isShift: boolean, by = 0.03): Box | undefined {
  const direction = directions[key];
  if (!direction) return undefined;
  const [dx, dy] = [direction[0] * by, direction[1] * by];
  return isShift ? resized(box, 'se', dx, dy) : moved(box, dx, dy);
}
