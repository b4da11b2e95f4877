import type { Counters } from '#engines/counters/port';
import type { StoredObject } from '#engines/shards/port';
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { type BoardData, maySeeBoard } from '#services/boards/contract';
import type { MediaData } from '#services/media/contract';
import { dataOf, type Store } from '#services/store/contract';
import { type PinData, savesCounter } from './contract.ts';

/** A pin with all that its view is made of, each at one version. */
export interface HydratedPin {
  readonly pin: StoredObject;
  readonly board: StoredObject;
  readonly owner: StoredObject;
  readonly media: StoredObject;
  readonly saves: number;
  readonly mine: boolean;
}

function pinDataOf(stored: StoredObject | undefined): PinData | undefined {
  const data = stored && dataOf<PinData>(stored);
  // An id of another type names an object that is no pin, and no pin is without a picture.
  return data?.mediaId === undefined ? undefined : data;
}

/** Ids that a set of pins refer to, and the names of their counters. */
function referencesOf(pins: Iterable<StoredObject>): { ids: Id[]; counters: string[] } {
  const ids = new Set<Id>();
  const media = new Set<Id>();
  for (const stored of pins) {
    const data = pinDataOf(stored);
    if (data === undefined) continue;
    ids.add(data.boardId).add(data.ownerId).add(data.mediaId);
    media.add(data.mediaId);
  }
  return { ids: [...ids], counters: Array.from(media, savesCounter) };
}

/**
 * The one place that decides who sees which pin. A pin is seen by those who may see its board, and by others than its
 * owner only once its picture is ready. Two rounds of batched reads, whatever the number of pins.
 */
export class Hydration {
  readonly #store: Store;
  readonly #counters: Counters;
  constructor(store: Store, counters: Counters) {
    this.#store = store;
    this.#counters = counters;
  }

  /** The pins that the viewer may see, in the order of the ids; with `distinct`, each picture once. */
  async visible(viewer: Actor, ids: readonly Id[], distinct = false): Promise<HydratedPin[]> {
    const pins = await this.#store.getMany(ids);
    const references = referencesOf(pins.values());
    const [objects, saves] = await Promise.all([
      this.#store.getMany(references.ids),
      this.#counters.getMany(references.counters),
    ]);
    const shown = new Set<Id>();
    const visible: HydratedPin[] = [];
    for (const id of ids) {
      const pin = pins.get(id);
      const mediaId = pinDataOf(pin)?.mediaId;
      if (pin === undefined || mediaId === undefined || (distinct && shown.has(mediaId))) continue;
      const hydrated = assemble(viewer, pin, objects, saves.get(savesCounter(mediaId)) ?? 0);
      if (hydrated === undefined) continue;
      shown.add(mediaId);
      visible.push(hydrated);
    }
    return visible;
  }

  /** The rule behind picture URLs: the most public of the pins decides. */
  async visibility(viewer: Actor, ids: readonly Id[]): Promise<'public' | 'private' | 'hidden'> {
    const pins = await this.#store.getMany(ids);
    const boardIds = new Set<Id>();
    for (const stored of pins.values()) {
      const data = pinDataOf(stored);
      if (data !== undefined) boardIds.add(data.boardId);
    }
    const boards = [...(await this.#store.getMany([...boardIds])).values()].map(dataOf<BoardData>);
    if (boards.some(({ secret }) => !secret)) return 'public';
    return boards.some((board) => maySeeBoard(viewer, board)) ? 'private' : 'hidden';
  }
}

/** The rules, for one pin. */
function assemble(
  viewer: Actor,
  pin: StoredObject,
  objects: ReadonlyMap<Id, StoredObject>,
  saves: number,
): HydratedPin | undefined {
  const { boardId, ownerId, mediaId } = dataOf<PinData>(pin);
  const [board, owner, media] = [objects.get(boardId), objects.get(ownerId), objects.get(mediaId)];
  if (board === undefined || owner === undefined || media === undefined) return undefined;
  if (!maySeeBoard(viewer, dataOf<BoardData>(board))) return undefined;
  const mine = viewer.kind === 'person' && viewer.userId === ownerId;
  if (!mine && dataOf<MediaData>(media).state !== 'ready') return undefined;
  return { pin, board, owner, media, saves, mine };
}
