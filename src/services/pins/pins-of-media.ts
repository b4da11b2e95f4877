import type { MappingEntry, StoredObject } from '#engines/shards/port';
import { type Actor, stranger, system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { BoardData } from '#services/boards/contract';
import { dataOf, maySeeBoard, type Store } from '#services/store/contract';
import type { PinData, PinOfMedia } from './contract.ts';
import { PublicLeads } from './public-leads.ts';

const firstLook = 4;
const nextLooks = 200;
/** How many pins of one picture are looked at before it counts as having none that the viewer may see. */
const mostLooks = 25;

interface Search {
  readonly mediaId: Id;
  after: MappingEntry | undefined;
}

type Best = Map<Id, PinOfMedia>;

/** A picture's pin, and the board that it is on. */
interface Placed {
  readonly pin: PinOfMedia;
  readonly board: BoardData;
}

/**
 * The best pin of each picture for a viewer: the oldest that they may see, since the first is the original, which
 * carries the credit, and since it stays the same while others save the picture. Most pictures are led by a public pin,
 * which is everybody's best and is remembered. The others are searched together, a few pins each; only those whose first
 * pins are all hidden cost another round.
 */
export class PinsOfMedia {
  readonly #store: Store;
  readonly #leads: PublicLeads;
  constructor(store: Store) {
    this.#store = store;
    this.#leads = new PublicLeads(store);
  }

  /** Pins in the order of the pictures; pictures without a visible pin are left out. */
  async best(viewer: Actor, mediaIds: readonly Id[]): Promise<PinOfMedia[]> {
    const best: Best = new Map();
    let open: Search[] = [];
    for (const mediaId of new Set(mediaIds)) {
      const lead = this.#leads.get(mediaId);
      if (lead) best.set(mediaId, lead);
      else open.push({ mediaId, after: undefined });
    }
    const remember = this.#leads.remembering(open.map(({ mediaId }) => mediaId));
    for (let look = 0; look < mostLooks && open.length > 0; look += 1) {
      open = await this.#look(viewer, open, look === 0 ? firstLook : nextLooks, best, remember);
    }
    return mediaIds.flatMap((mediaId) => best.get(mediaId) ?? []);
  }

  /** Looks at the next pins of each picture, notes what it finds in `best`, answers which pictures have more to look at. */
  async #look(
    viewer: Actor,
    open: readonly Search[],
    limit: number,
    best: Best,
    remember: (pin: PinOfMedia) => void,
  ): Promise<Search[]> {
    const range = { mapping: 'media_has_pin', limit, ascending: true } as const;
    const requests = open.map(({ mediaId, after }) => ({ ...range, from: mediaId, after }));
    const edges = await this.#store.rangeMany(system, requests);
    const placed = await this.#place(edges.flat().map(({ to }) => to));
    return open.flatMap(({ mediaId, after }, at) => {
      const pins = edges[at]?.flatMap(({ to }) => placed.get(to) ?? []) ?? [];
      const found = pins.find(({ board }) => maySeeBoard(viewer, board));
      if (found) best.set(mediaId, found.pin);
      const isLed = found !== undefined && found === pins[0] && after === undefined;
      if (isLed && maySeeBoard(stranger, found.board)) remember(found.pin);
      const isMore = !found && edges[at]?.length === limit;
      return isMore ? [{ mediaId, after: edges[at]?.at(-1) }] : [];
    });
  }

  /** Pins with their boards; those that are gone are left out. */
  async #place(ids: readonly Id[]): Promise<Map<Id, Placed>> {
    const pins = await this.#store.getMany(system, ids);
    const boards = await this.#boardsOf(pins.values());
    const placed = new Map<Id, Placed>();
    for (const [pinId, stored] of pins) {
      const { mediaId, boardId } = dataOf<PinData>(stored);
      const board = boards.get(boardId);
      if (board) placed.set(pinId, { pin: { pinId, mediaId, boardId }, board: dataOf<BoardData>(board) });
    }
    return placed;
  }

  #boardsOf(pins: Iterable<StoredObject>): Promise<Map<Id, StoredObject>> {
    return this.#store.getMany(system, [...new Set(Array.from(pins, (pin) => dataOf<PinData>(pin).boardId))]);
  }
}
