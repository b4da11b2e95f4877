import type { MappingEntry } from '#engines/shards/port';
import { type Actor, stranger, system } from '#kernel/actor';
import { decodeCursor, encodeCursor, pageLimit } from '#kernel/cursor';
import { NotFoundError } from '#kernel/errors';
import { type Id, isId, typeOf } from '#kernel/ids';
import type { Page, PageRequest } from '#kernel/schema';
import type { Store } from '#services/store/contract';
import type { PinView } from './contract.ts';

type Place = Pick<MappingEntry, 'sequence' | 'to'>;

/** Reads up to `limit` edges behind a place, newest first. */
type EdgeReader = (limit: number, after: Place | undefined) => Promise<MappingEntry[]>;

const mostBoards = 10_000;
/** How often a page is filled up when pins of it are left out, before it goes out short. */
const mostRounds = 20;

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  return 'sequence' in value && Number.isSafeInteger(value.sequence) && 'to' in value && isId(value.to);
}

function newestFirst(a: Place, b: Place): number {
  if (a.sequence !== b.sequence) return b.sequence - a.sequence;
  return BigInt(a.to) < BigInt(b.to) ? 1 : -1;
}

/** Lists of pins in order of time. */
export class Listings {
  readonly #store: Store;
  readonly #hydrate: (viewer: Actor, ids: readonly Id[]) => Promise<PinView[]>;
  constructor(store: Store, hydrate: (viewer: Actor, ids: readonly Id[]) => Promise<PinView[]>) {
    this.#store = store;
    this.#hydrate = hydrate;
  }

  /** The pins of a board that the viewer may see; else throws `NotFoundError`. */
  async byBoard(viewer: Actor, boardId: Id, page: PageRequest): Promise<Page<PinView>> {
    if (!(await this.#store.getMany(viewer, [boardId])).has(boardId)) throw new NotFoundError('board');
    return this.#page(viewer, page, this.#ofBoards(viewer, [boardId]));
  }

  /** A person's pins: all of them for themselves, those of boards that they may see for others. */
  async byOwner(viewer: Actor, ownerId: Id, page: PageRequest): Promise<Page<PinView>> {
    const isAll = viewer.kind === 'system' || (viewer.kind === 'person' && viewer.userId === ownerId);
    return this.#page(
      viewer,
      page,
      isAll ? this.#ofOwner(viewer, ownerId) : await this.#visibleOf(viewer, ownerId),
    );
  }

  /** A person's latest pins. */
  async recentIds(ownerId: Id, limit: number): Promise<Id[]> {
    return (await this.#ofOwner(system, ownerId)(limit, undefined)).map(({ to }) => to);
  }

  /** The latest public pins of a person or a board, with the time they came there. */
  async recentOf(target: Id, limit: number): Promise<{ id: Id; at: number }[]> {
    // What strangers see is what is public.
    const boards = typeOf(target) === 'board' ? [target] : await this.#boardsOf(stranger, target);
    const edges = await this.#ofBoards(stranger, boards)(limit, undefined);
    return edges.map(({ to, sequence }) => ({ id: to, at: sequence }));
  }

  #ofOwner(viewer: Actor, ownerId: Id): EdgeReader {
    return (limit, after) =>
      this.#store.range(viewer, { mapping: 'user_has_pin', from: ownerId, limit, after });
  }

  /** Merged from the visible boards only, so that neither a page's length nor its cursor tells of secret pins. */
  async #visibleOf(viewer: Actor, ownerId: Id): Promise<EdgeReader> {
    return this.#ofBoards(viewer, await this.#boardsOf(viewer, ownerId));
  }

  async #boardsOf(viewer: Actor, ownerId: Id): Promise<Id[]> {
    const range = { mapping: 'user_owns_board', from: ownerId, limit: mostBoards } as const;
    return (await this.#store.range(viewer, range)).map(({ to }) => to);
  }

  #ofBoards(viewer: Actor, boardIds: readonly Id[]): EdgeReader {
    return async (limit, after) => {
      const range = { mapping: 'board_has_pin', limit, after } as const;
      const lists = await this.#store.rangeMany(
        viewer,
        boardIds.map((from) => ({ ...range, from })),
      );
      return lists.length === 1 ? (lists[0] ?? []) : lists.flat().sort(newestFirst).slice(0, limit);
    };
  }

  async #page(viewer: Actor, page: PageRequest, read: EdgeReader): Promise<Page<PinView>> {
    const limit = pageLimit(page);
    let after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, isPlace);
    const items: PinView[] = [];
    for (let round = 0; round < mostRounds && items.length < limit; round += 1) {
      const wanted = limit - items.length;
      const edges = await read(wanted + 1, after);
      const taken = edges.slice(0, wanted);
      items.push(
        ...(await this.#hydrate(
          viewer,
          taken.map(({ to }) => to),
        )),
      );
      if (edges.length <= wanted) return { items, cursor: null };
      after = taken.at(-1);
    }
    return { items, cursor: after ? encodeCursor({ sequence: after.sequence, to: after.to }) : null };
  }
}
