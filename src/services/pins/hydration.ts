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

/** A stored pin while it is being hydrated. */
interface Found {
  readonly pin: StoredObject;
  readonly data: PinData;
  readonly counter: string;
}

/** Names of counters by pin: made once, since this is the hottest path and new strings are hashed anew. */
const counterNames = new WeakMap<StoredObject, string>();

function counterOf(pin: StoredObject, data: PinData): string {
  const known = counterNames.get(pin);
  if (known !== undefined) return known;
  const made = savesCounter(data.mediaId);
  counterNames.set(pin, made);
  return made;
}

function found(pin: StoredObject | undefined): Found | undefined {
  if (pin === undefined) return undefined;
  const data = dataOf<PinData>(pin);
  // An id of another type names an object that is no pin, and no pin is without a picture.
  return data.mediaId === undefined ? undefined : { pin, data, counter: counterOf(pin, data) };
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
    const candidates: Found[] = [];
    const references = new Set<Id>();
    for (const id of ids) {
      const candidate = found(pins.get(id));
      if (candidate === undefined) continue;
      candidates.push(candidate);
      references.add(candidate.data.boardId).add(candidate.data.ownerId).add(candidate.data.mediaId);
    }
    const [objects, saves] = await Promise.all([
      this.#store.getMany([...references]),
      this.#counters.getMany(candidates.map(({ counter }) => counter)),
    ]);
    const shown = new Set<Id>();
    const visible: HydratedPin[] = [];
    for (const candidate of candidates) {
      const { mediaId } = candidate.data;
      if (distinct && shown.has(mediaId)) continue;
      const hydrated = assemble(viewer, candidate, objects, saves);
      if (hydrated === undefined) continue;
      if (distinct) shown.add(mediaId);
      visible.push(hydrated);
    }
    return visible;
  }

  /** The rule behind picture URLs: the most public of the pins decides. */
  async visibility(viewer: Actor, ids: readonly Id[]): Promise<'public' | 'private' | 'hidden'> {
    const pins = await this.#store.getMany(ids);
    const boardIds = new Set<Id>();
    for (const stored of pins.values()) {
      const pin = found(stored);
      if (pin !== undefined) boardIds.add(pin.data.boardId);
    }
    const boards = [...(await this.#store.getMany([...boardIds])).values()].map(dataOf<BoardData>);
    if (boards.some(({ secret }) => !secret)) return 'public';
    return boards.some((board) => maySeeBoard(viewer, board)) ? 'private' : 'hidden';
  }
}

/** The rules, for one pin. */
function assemble(
  viewer: Actor,
  { pin, data, counter }: Found,
  objects: ReadonlyMap<Id, StoredObject>,
  saves: ReadonlyMap<string, number>,
): HydratedPin | undefined {
  const board = objects.get(data.boardId);
  if (board === undefined || !maySeeBoard(viewer, dataOf<BoardData>(board))) return undefined;
  const [owner, media] = [objects.get(data.ownerId), objects.get(data.mediaId)];
  if (owner === undefined || media === undefined) return undefined;
  const mine = viewer.kind === 'person' && viewer.userId === data.ownerId;
  if (!mine && dataOf<MediaData>(media).state !== 'ready') return undefined;
  return { pin, board, owner, media, saves: saves.get(counter) ?? 0, mine };
}
