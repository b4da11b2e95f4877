/** Reading frames off a file in large strides. */
import { open } from 'node:fs/promises';
import { frameBytes, headerBytes, readFrame } from './frame.ts';

const strideBytes = 256 * 1024;

/** A part of a file: from where, and where the bytes to be trusted end. */
export interface Extent {
  readonly path: string;
  readonly position: number;
  readonly size: number;
}

/** Where a scan ended, and whether that was because a frame was torn or damaged. */
export interface ScanEnd {
  readonly position: number;
  readonly sound: boolean;
}

/**
 * Calls `visit` with each frame's body and position, in order, until it answers false, the extent ends or a
 * frame is not whole. Bodies are views that are valid during the call only. Cost: a read a 256 KiB.
 */
export async function scanFrames(
  { path, position, size }: Extent,
  visit: (body: Buffer, position: number) => boolean,
): Promise<ScanEnd> {
  const handle = await open(path, 'r');
  try {
    let stride = strideBytes;
    while (position < size) {
      const room = Buffer.allocUnsafe(Math.min(stride, size - position));
      const { bytesRead } = await handle.read(room, 0, room.length, position);
      const bytes = room.subarray(0, bytesRead);
      const { at, stopped, damaged } = visitFrames(bytes, position, visit);
      position += at;
      if (stopped) break;
      const wanted = frameBytes(bytes, at) ?? headerBytes;
      const torn = bytesRead < room.length || position + wanted > size;
      if (damaged || torn) return { position, sound: !damaged && position === size };
      stride = Math.max(strideBytes, wanted);
    }
    return { position, sound: true };
  } finally {
    await handle.close();
  }
}

function visitFrames(
  bytes: Buffer,
  base: number,
  visit: (body: Buffer, position: number) => boolean,
): { at: number; stopped: boolean; damaged: boolean } {
  let at = 0;
  for (;;) {
    const frame = readFrame(bytes, at);
    if (frame.kind !== 'whole') return { at, stopped: false, damaged: frame.kind === 'damaged' };
    if (!visit(frame.body, base + at)) return { at, stopped: true, damaged: false };
    at = frame.next;
  }
}
