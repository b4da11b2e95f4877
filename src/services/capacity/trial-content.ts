/** Content as people make it, to measure with. */
import type { Change } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { MediaData } from '#services/media/contract';
import type { PinData } from '#services/pins/contract';
import { type ChangeEvent, changeEvent, type MappingName } from '#services/store/contract';

/** A new picture and the pin that shows it. */
export interface TrialSave {
  readonly owner: Id;
  readonly board: Id;
  readonly media: Id;
  readonly pin: Id;
  readonly signature: string;
  readonly at: number;
}

const palette = ['#8a5a3c', '#dbdce1', '#66676a', '#39393a', '#a8a8ab'].map((hex, i) => ({
  hex,
  share: 0.3141592653589793 / (i + 1),
}));

function mediaOf({ signature, owner }: TrialSave, state: 'processing' | 'ready'): MediaData {
  const isReady = state === 'ready';
  return {
    signature,
    bytes: 2_400_000,
    type: 'image/jpeg',
    width: 3000,
    height: 2000,
    frames: 1,
    placeholder: isReady ? '1QcSHQRnh493V4dIh4eXh1h4kJUI' : '',
    colour: '#8a5a3c',
    palette: isReady ? palette : [],
    perceptualHash: isReady ? '9f3c6a51e8027bd4' : '',
    state,
    reason: null,
    uploaderId: owner,
  };
}

function pinData({ board, owner, media }: TrialSave): PinData {
  return {
    boardId: board,
    ownerId: owner,
    mediaId: media,
    title: 'Fishing boats in the harbour',
    description: 'Early in the morning, before the market opens; the blue one is the oldest of them.',
    link: 'https://example.org/journeys/harbour-in-the-morning',
    altText: '',
    tags: ['boats', 'harbour', 'morning', 'sea'],
    credit: { author: 'A. Photographer', source: 'https://example.org/photos', licence: 'CC-BY-4.0' },
    savedFrom: null,
    secret: false,
  };
}

function asJson(data: MediaData | PinData): JsonObject {
  return JSON.parse(JSON.stringify(data)) as JsonObject;
}

function written(
  type: ChangeEvent['type'],
  version: number,
  save: TrialSave,
  id: Id,
  body: JsonObject,
): Change[] {
  const event = { type, id, version, at: save.at, actor: save.owner, body, before: null };
  return [{ kind: 'put', id, data: body, expect: version - 1 }, changeEvent(event)];
}

function link(mapping: MappingName, from: Id, to: Id, sequence: number): Change {
  return { kind: 'link', mapping, from, to, sequence };
}

/** The picture's three transactions, on its shard: found in its header, looked at, pinned. */
export function pictureCommits(save: TrialSave): Change[][] {
  return [
    written('media.created', 1, save, save.media, asJson(mediaOf(save, 'processing'))),
    written('media.updated', 2, save, save.media, asJson(mediaOf(save, 'ready'))),
    [link('media_has_pin', save.media, save.pin, save.at)],
  ];
}

/** The pin's transaction, on its board's shard. */
export function pinCommit(save: TrialSave): Change[] {
  const { owner, board, pin, media, at } = save;
  return [
    ...written('pin.created', 1, save, pin, asJson(pinData(save))),
    link('board_has_pin', board, pin, at),
    link('user_has_pin', owner, pin, at),
    link('user_has_media', owner, media, at),
    link('user_owns_board', owner, board, at),
  ];
}
