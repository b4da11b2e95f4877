/**
 * Events as bytes. The body of a frame is the offset and the time (64-bit floats, exact for whole
 * numbers), the length of the key (16 bits), the key, and the value as JSON; all little endian, UTF-8.
 */
import { InvalidInputError, TooLargeError } from '#kernel/errors';
import type { Json } from '#kernel/json';
import type { LoggedEvent, NewEvent } from '../port.ts';
import { headerBytes, sealFrame } from './frame.ts';

const fixedBytes = 18;
const keyLimit = 1024;
const valueLimit = 8 * 1024 * 1024;

/** An event ready to be written. */
export interface PreparedEvent {
  readonly key: string;
  readonly json: string;
  /** The bytes of its frame. */
  readonly bytes: number;
}

/** Measures an event. Throws `InvalidInputError` or `TooLargeError` when its key or value cannot be stored. */
export function prepareEvent(event: NewEvent): PreparedEvent {
  const json = JSON.stringify(event.value);
  if (json === undefined) throw new InvalidInputError('value', 'must be JSON');
  const keyBytes = Buffer.byteLength(event.key);
  if (keyBytes > keyLimit) throw new TooLargeError('key', `must be at most ${keyLimit} bytes`);
  const valueBytes = Buffer.byteLength(json);
  if (valueBytes > valueLimit)
    throw new TooLargeError('value', `must be at most ${valueLimit} bytes as JSON`);
  return { key: event.key, json, bytes: headerBytes + fixedBytes + keyBytes + valueBytes };
}

/** Writes one event's frame at `start`; answers where the next begins. */
function writeRecord(bytes: Buffer, start: number, event: PreparedEvent, offset: number, at: number): number {
  const body = start + headerBytes;
  bytes.writeDoubleLE(offset, body);
  bytes.writeDoubleLE(at, body + 8);
  const keyBytes = bytes.write(event.key, body + fixedBytes);
  bytes.writeUInt16LE(keyBytes, body + 16);
  bytes.write(event.json, body + fixedBytes + keyBytes);
  sealFrame(bytes, start, start + event.bytes);
  return start + event.bytes;
}

/** The frames of events with consecutive offsets from `first`, all of one time. */
export function encodeRecords(events: readonly PreparedEvent[], first: number, at: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(events.reduce((sum, event) => sum + event.bytes, 0));
  let position = 0;
  for (const [i, event] of events.entries()) position = writeRecord(bytes, position, event, first + i, at);
  return bytes;
}

/** The offset in a body; NaN when the body is too short to hold one. */
export const offsetOf = (body: Buffer): number =>
  body.length < fixedBytes ? Number.NaN : body.readDoubleLE(0);

/** When the event in a checked body was appended. */
export const timeOf = (body: Buffer): number => body.readDoubleLE(8);

/** The key in a checked body. */
export const keyOf = (body: Buffer): string =>
  body.toString('utf8', fixedBytes, fixedBytes + body.readUInt16LE(16));

/** Whether the value in a checked body is null. */
export const isTombstone = (body: Buffer): boolean =>
  body.length === fixedBytes + body.readUInt16LE(16) + 4 &&
  body.toString('latin1', body.length - 4) === 'null';

/** The event in a body whose frame was checked. */
export function decodeRecord(body: Buffer, topic: string, partition: number): LoggedEvent {
  const keyEnd = fixedBytes + body.readUInt16LE(16);
  return {
    topic,
    partition,
    offset: body.readDoubleLE(0),
    at: body.readDoubleLE(8),
    key: keyOf(body),
    value: JSON.parse(body.toString('utf8', keyEnd)) as Json,
  };
}
