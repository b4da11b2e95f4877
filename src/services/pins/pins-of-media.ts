import type { MappingEntry, StoredObject } from '#engines/shards/port';
import { type Actor, system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { BoardData } from '#services/boards/contract';
import { dataOf, maySeeBoard, type Store } from '#services/store/contract';
import type { PinData } from './contract.ts';

const firstLook = 4;
const nextLooks = 200;
/** How many pins of one picture are looked at before it counts as having none that the viewer may see. */
const mostLooks = 25;

interface Search {
  readonly mediaId: Id;
  after: MappingEntry | undefined;
}

/**
 * The best pin of each picture for a viewer: the oldest that they may see, since the first is the original, which
 * carries the credit, and since it stays the same while others save the picture. Pictures are searched together,
 * a few pins each; only those whose first pins are all hidden cost another round.
 */
export class PinsOfMedia {
  readonly #store: Store;
  constructor(store: Store) {
    this.#store = store;
  }

  /** Pin ids in the order of the pictures; pictures without a visible pin are left out. */
  async best(viewer: Actor, mediaIds: readonly Id[]): Promise<Id[]> {
    const best = new Map<Id, Id>();
    let open: Search[] = [...new Set(mediaIds)].map((mediaId) => ({ mediaId, after: undefined }));
    for (let look = 0; look < mostLooks && open.length > 0; look += 1) {
      open = await this.#look(viewer, open, look === 0 ? firstLook : nextLooks, best);
    }
    return mediaIds.flatMap((mediaId) => best.get(mediaId) ?? []);
  }

  /** Looks at the next pins of each picture, notes what it finds in `best`, answers which pictures have more to look at. */
  async #look(viewer: Actor, open: readonly Search[], limit: number, best: Map<Id, Id>): Promise<Search[]> {
    const range = { mapping: 'media_has_pin', limit, ascending: true } as const;
    const requests = open.map(({ mediaId, after }) => ({ ...range, from: mediaId, after }));
    const edges = await this.#store.rangeMany(system, requests);
    const pins = await this.#store.getMany(
      system,
      edges.flat().map(({ to }) => to),
    );
    const boards = await this.#boardsOf(pins.values());
    const isVisible = ({ to }: MappingEntry) => {
      const pin = pins.get(to);
      const board = pin && boards.get(dataOf<PinData>(pin).boardId);
      return board !== undefined && maySeeBoard(viewer, dataOf<BoardData>(board));
    };
    return open.flatMap(({ mediaId }, at) => {
      const found = edges[at]?.find(isVisible);
      if (found) best.set(mediaId, found.to);
      const isMore = !found && edges[at]?.length === limit;
      return isMore ? [{ mediaId, after: edges[at]?.at(-1) }] : [];
    });
  }

  #boardsOf(pins: Iterable<StoredObject>): Promise<Map<Id, StoredObject>> {
    return this.#store.getMany(system, [...new Set(Array.from(pins, (pin) => dataOf<PinData>(pin).boardId))]);
  }
}
