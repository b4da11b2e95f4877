import type { Counters } from '#engines/counters/port';
import type { StoredObject } from '#engines/shards/port';
import { type Actor, system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { recent } from '#kernel/lru';
import type { BoardData } from '#services/boards/contract';
import type { MediaData } from '#services/media/contract';
import { boardRole, dataOf, maySeeBoard, type RuledBoard, type Store } from '#services/store/contract';
import { type PinData, savesCounter } from './contract.ts';

/** A pin with all that its view is made of, each at one version; whoever may see it. */
export interface WholePin {
  readonly pin: StoredObject;
  readonly board: StoredObject;
  readonly owner: StoredObject;
  readonly media: StoredObject;
  readonly saves: number;
}

/** A pin that somebody may see, and whether it is theirs. */
export interface HydratedPin extends WholePin {
  readonly mine: boolean;
}

/** What the rules look at: its board, and more. */
export interface Ruled extends RuledBoard {
  /** Whether its picture is ready. */
  readonly ready: boolean;
}

/** What the rules look at of a pin. */
export function ruledOf({ board, media }: Pick<WholePin, 'board' | 'media'>): Ruled {
  const { ownerId, secret, roles } = dataOf<BoardData>(board);
  return { ownerId, secret, roles, ready: dataOf<MediaData>(media).state === 'ready' };
}

/** How a pin stands to a viewer: theirs, another's that they may see, or hidden from them. */
export type Standing = 'mine' | 'seen' | 'hidden';

/** The rules: the store's by the board; and until the picture is ready, only those who arrange the board see the pin. */
export function standingOf(viewer: Actor, ruled: Ruled): Standing {
  if (!maySeeBoard(viewer, ruled)) return 'hidden';
  const role = boardRole(viewer, ruled);
  if (role === 'owner') return 'mine';
  return ruled.ready || role === 'editor' ? 'seen' : 'hidden';
}

/** A stored pin while it is being hydrated. */
interface Found {
  readonly pin: StoredObject;
  readonly data: PinData;
  readonly counter: string;
}

/**
 * Names of counters by picture: made once, since this is the hottest path and new strings are hashed anew. No WeakMap by
 * pin: of one this large the collector looks through every entry while everything else waits.
 */
const counterNames = recent<Id, string>(20_000);

function counterOf({ mediaId }: PinData): string {
  const known = counterNames.get(mediaId);
  if (known !== undefined) return known;
  const made = savesCounter(mediaId);
  counterNames.set(mediaId, made);
  return made;
}

function found(pin: StoredObject | undefined): Found | undefined {
  if (pin === undefined) return undefined;
  const data = dataOf<PinData>(pin);
  // An id of another type names an object that is no pin, and no pin is without a picture.
  return data.mediaId === undefined ? undefined : { pin, data, counter: counterOf(data) };
}

/**
 * Reads pins with what stands around them, as the system where they are shared by many viewers; the store's rules then
 * decide for each viewer, by the board. Two rounds of batched reads, whatever the number of pins.
 */
export class Hydration {
  readonly #store: Store;
  readonly #counters: Counters;
  constructor(store: Store, counters: Counters) {
    this.#store = store;
    this.#counters = counters;
  }

  /** Pins that the viewer may see, in the order of the ids; with `distinct`, each picture once. */
  async visible(viewer: Actor, ids: readonly Id[], distinct = false): Promise<HydratedPin[]> {
    const whole = await this.whole(ids, viewer);
    const shown = new Set<Id>();
    const visible: HydratedPin[] = [];
    for (const id of ids) {
      const pin = whole.get(id);
      const standing = pin === undefined ? 'hidden' : standingOf(viewer, ruledOf(pin));
      if (pin === undefined || standing === 'hidden' || (distinct && shown.has(pin.media.id))) continue;
      if (distinct) shown.add(pin.media.id);
      visible.push({ ...pin, mine: standing === 'mine' });
    }
    return visible;
  }

  /**
   * Pins with everything around them, unruled; those that are gone, or whose board or picture is, are left out. With a
   * viewer, their provisional ones too.
   */
  async whole(ids: readonly Id[], viewer: Actor = system): Promise<Map<Id, WholePin>> {
    const pins = await this.#store.getMany(viewer, ids);
    const candidates: Found[] = [];
    const references = new Set<Id>();
    for (const id of ids) {
      const candidate = found(pins.get(id));
      if (candidate === undefined) continue;
      candidates.push(candidate);
      references.add(candidate.data.boardId).add(candidate.data.ownerId).add(candidate.data.mediaId);
    }
    const [objects, saves] = await Promise.all([
      this.#store.getMany(system, [...references]),
      this.#counters.getMany(candidates.map(({ counter }) => counter)),
    ]);
    const whole = new Map<Id, WholePin>();
    for (const candidate of candidates) {
      const pin = assembled(candidate, objects, saves);
      if (pin) whole.set(pin.pin.id, pin);
    }
    return whole;
  }
}

function assembled(
  { pin, data, counter }: Found,
  objects: ReadonlyMap<Id, StoredObject>,
  saves: ReadonlyMap<string, number>,
): WholePin | undefined {
  const [board, owner, media] = [
    objects.get(data.boardId),
    objects.get(data.ownerId),
    objects.get(data.mediaId),
  ];
  if (board === undefined || owner === undefined || media === undefined) return undefined;
  return { pin, board, owner, media, saves: saves.get(counter) ?? 0 };
}
