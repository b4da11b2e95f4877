import type { Change, MappingEntry, StoredObject } from '#engines/shards/port';
import { system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { retryConflicts } from '#kernel/conflicts';
import { NotFoundError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import type { BoardData } from '#services/boards/contract';
import { changeEvent, dataOf, type Store } from '#services/store/contract';
import type { PinData } from './contract.ts';
import type { PinRemoval } from './pin-removal.ts';
import { pinOf, type StoredPin } from './stored-pin.ts';

type Standing = 'public' | 'secret' | 'gone';

const pageSize = 100;

/**
 * Keeps pins in line with their board: they copy its secrecy, and go when it goes.
 *
 * The board itself decides at once who sees its pins; this is what makes the copies, and everything derived from them,
 * follow. Boards change while pins are written, so whoever writes looks at the board again afterwards and goes on until
 * it stands as it did: the last to write has then seen the board as it is.
 */
export class BoardAlignment {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #removal: PinRemoval;
  constructor(store: Store, clock: Clock, removal: PinRemoval) {
    this.#store = store;
    this.#clock = clock;
    this.#removal = removal;
  }

  /** After a pin was written: aligns it if its board changed meanwhile. Throws `NotFoundError` when the board is gone. */
  async settle(id: Id, data: PinData): Promise<void> {
    const { boardId, ownerId } = data;
    const standing = await this.#standing(boardId);
    if (standing === (data.secret ? 'secret' : 'public')) return;
    await this.#align(boardId, async (apply) => {
      await apply([id]);
    });
    if ((await this.#standing(boardId)) !== 'gone') return;
    const used: Change = { kind: 'unlink', mapping: 'user_owns_board', from: ownerId, to: boardId };
    await this.#store.commit(system, { shard: shardOf(boardId), changes: [used] });
    throw new NotFoundError('board');
  }

  /** Aligns all pins of a board; answers how many changed. */
  board(boardId: Id): Promise<number> {
    return this.#align(boardId, async (apply) => {
      let after: MappingEntry | undefined;
      do {
        const range = { mapping: 'board_has_pin', from: boardId, limit: pageSize, ascending: true } as const;
        const edges = await this.#store.range(system, { ...range, after });
        if (edges.length > 0) await apply(edges.map(({ to }) => to));
        after = edges.length < pageSize ? undefined : edges.at(-1);
      } while (after !== undefined);
    });
  }

  async #align(
    boardId: Id,
    walk: (apply: (ids: readonly Id[]) => Promise<void>) => Promise<void>,
  ): Promise<number> {
    let changed = 0;
    let standing: Standing;
    do {
      standing = await this.#standing(boardId);
      const seen = standing;
      await walk(async (ids) => {
        changed += await retryConflicts(() => this.#alignPins(boardId, seen, ids));
      });
    } while ((await this.#standing(boardId)) !== standing);
    return changed;
  }

  async #standing(boardId: Id): Promise<Standing> {
    const stored = (await this.#store.getMany(system, [boardId], { fresh: true })).get(boardId);
    if (stored === undefined) return 'gone';
    return dataOf<BoardData>(stored).secret ? 'secret' : 'public';
  }

  async #alignPins(boardId: Id, standing: Standing, ids: readonly Id[]): Promise<number> {
    const stored = await this.#store.getMany(system, ids, { fresh: true });
    const pins = ids.flatMap((id) => this.#onBoard(boardId, stored.get(id)));
    if (standing === 'gone') {
      await this.#removal.remove(system, pins);
      return pins.length;
    }
    const secret = standing === 'secret';
    const others = pins.filter(({ data }) => data.secret !== secret);
    const changes = others.flatMap((pin) => this.#withSecrecy(pin, secret));
    if (changes.length > 0) await this.#store.commit(system, { shard: shardOf(boardId), changes });
    return others.length;
  }

  #onBoard(boardId: Id, stored: StoredObject | undefined): StoredPin[] {
    const pin = pinOf(stored);
    return pin?.data.boardId === boardId ? [pin] : [];
  }

  #withSecrecy({ id, data, version }: StoredPin, secret: boolean): Change[] {
    const after = { ...data, secret };
    const event = {
      type: 'pin.updated',
      id,
      version: version + 1,
      at: this.#clock.now(),
      actor: null,
    } as const;
    return [
      { kind: 'put', id, data: after, expect: version },
      changeEvent({ ...event, body: { ...after }, before: { ...data } }),
    ];
  }
}
