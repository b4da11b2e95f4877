/** What the store's benchmark works on: pins of one person a shard, and the changes of one more. */
import type { Change, Shards } from '#engines/shards/port';
import { encodeId, type Id, type ObjectType, objectTypes } from '#kernel/ids';
import type { PinData } from '#services/pins/contract';
import { changeEvent } from '#services/store/contract';

/** Shards in use. */
export const shardCount = 16;
/** Pins that are written in one commit while filling. */
const chunk = 100;

/** Pins of one shard, as our callers and as the driver's know them. */
export interface Wanted {
  readonly shard: number;
  readonly locals: readonly number[];
  readonly ids: readonly Id[];
}

/** The three things that are measured; each resolves when it is done. */
export interface BareStore {
  getMany(wanted: Wanted): Promise<number>;
  range(shard: number, limit: number): Promise<number>;
  save(shard: number, local: number, at: number): Promise<void>;
  close(): Promise<void>;
}

/** An id put together. */
export function idOf(shard: number, type: ObjectType, local: number): Id {
  return encodeId({ shard, type: objectTypes[type], local });
}

/** The person, board and picture of a shard. */
export function homeOf(shard: number) {
  return { owner: idOf(shard, 'user', 1), board: idOf(shard, 'board', 1), media: idOf(shard, 'media', 1) };
}

/** A pin with as many words as pins have. */
export function pinOf(shard: number, local: number): PinData {
  const { owner, board, media } = homeOf(shard);
  return {
    boardId: board,
    ownerId: owner,
    mediaId: media,
    title: `A red chair by a window, number ${local}`,
    description: 'Oak and wool, made by hand in a small workshop; the light comes from the left.',
    link: `https://example.org/chairs/${local}`,
    altText: 'A chair',
    tags: ['chair', 'red', 'window', 'oak'],
    credit: { author: 'Ada', source: 'https://example.org', licence: 'CC BY 4.0' },
    savedFrom: null,
    secret: false,
  };
}

/** The changes of a save, as the pins service makes them. */
export function saveOf(shard: number, local: number, at: number): Change[] {
  const { owner, board, media } = homeOf(shard);
  const id = idOf(shard, 'pin', local);
  const data = { ...pinOf(shard, local) };
  const link = { kind: 'link', sequence: at } as const;
  const event = { type: 'pin.created', id, version: 1, at, actor: owner, body: data, before: null } as const;
  return [
    { kind: 'put', id, data, expect: 0 },
    { ...link, mapping: 'board_has_pin', from: board, to: id },
    { ...link, mapping: 'user_has_pin', from: owner, to: id },
    { ...link, mapping: 'user_has_media', from: owner, to: media },
    { ...link, mapping: 'user_owns_board', from: owner, to: board },
    changeEvent(event),
  ];
}

function homeChanges(shard: number): Change[] {
  const { owner, board, media } = homeOf(shard);
  return [
    { kind: 'put', id: owner, data: { name: `ada${shard}` } },
    { kind: 'put', id: board, data: { ownerId: owner, name: 'Chairs', description: '', secret: false } },
    { kind: 'put', id: media, data: { state: 'ready' } },
  ];
}

/** Writes a person, a board and `pins` pins on every shard. */
export async function fill(shards: Shards, pins: number): Promise<void> {
  for (let shard = 0; shard < shardCount; shard += 1) {
    await shards.commit(shard, homeChanges(shard));
    for (let first = 1; first <= pins; first += chunk) {
      const locals = Array.from({ length: Math.min(chunk, pins - first + 1) }, (_, i) => first + i);
      await shards.commit(
        shard,
        locals.flatMap((local) => saveOf(shard, local, local)),
      );
    }
    await shards.trimOutbox(shard, Number.MAX_SAFE_INTEGER);
  }
}
