import type { Change, StoredObject } from '#engines/shards/port';
import { type Actor, actorId, type Person } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { retryConflicts } from '#kernel/conflicts';
import { NotFoundError } from '#kernel/errors';
import { type Id, shardOf, typeOf } from '#kernel/ids';
import { changeEvent, dataOf, type Store } from '#services/store/contract';
import type { BoardData } from './contract.ts';

/** A board as stored. */
export interface StoredBoard {
  readonly id: Id;
  readonly data: BoardData;
  readonly version: number;
  readonly createdAt: number;
}

function boardOf(stored: StoredObject): StoredBoard {
  return { ...stored, data: dataOf<BoardData>(stored) };
}

/** Stored boards: reads, and writes with their events. Boards stand on their owner's shard. */
export class BoardObjects {
  readonly #store: Store;
  readonly #clock: Clock;
  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Boards by id; ids of other types, and what the actor may not see, are absent. */
  async getMany(
    actor: Actor,
    ids: readonly Id[],
    options?: { fresh?: boolean },
  ): Promise<Map<Id, StoredBoard>> {
    const boardIds = ids.filter((id) => typeOf(id) === 'board');
    const stored = await this.#store.getMany(actor, boardIds, options);
    return new Map([...stored].map(([id, object]) => [id, boardOf(object)]));
  }

  /** The board as it is in the store now; throws `NotFoundError` when there is none that the actor may see. */
  async fresh(actor: Actor, id: Id): Promise<StoredBoard> {
    return this.get(actor, id, { fresh: true });
  }

  /** The same, from the cache unless it is to be `fresh`. */
  async get(actor: Actor, id: Id, options: { fresh: boolean }): Promise<StoredBoard> {
    const board = (await this.getMany(actor, [id], options)).get(id);
    if (board === undefined) throw new NotFoundError('board');
    return board;
  }

  /** A fresh id on a person's shard. */
  async allocate(owner: Person): Promise<Id> {
    const [id] = await this.#store.allocate(owner, shardOf(owner.userId), 'board', 1);
    if (id === undefined) throw new NotFoundError('board');
    return id;
  }

  /** Stores a new board. Throws `ConflictError` when the id is in use. */
  async add(actor: Person, id: Id, data: BoardData): Promise<void> {
    const at = this.#clock.now();
    await this.#commit(actor, id, [
      { kind: 'put', id, data: { ...data }, expect: 0 },
      { kind: 'link', mapping: 'user_owns_board', from: data.ownerId, to: id, sequence: at },
      changeEvent({
        type: 'board.created',
        id,
        version: 1,
        at,
        actor: actorId(actor),
        body: { ...data },
        before: null,
      }),
    ]);
  }

  /** Changes a board, unless `change` answers what it was given. The store refuses whoever may not. */
  update(actor: Actor, id: Id, change: (board: BoardData) => BoardData): Promise<void> {
    return retryConflicts(async () => {
      const { data: before, version } = await this.fresh(actor, id);
      const after = change(before);
      if (after === before) return;
      const event = { type: 'board.updated', id, version: version + 1, actor: actorId(actor) } as const;
      await this.#commit(actor, id, [
        { kind: 'put', id, data: { ...after }, expect: version },
        changeEvent({ ...event, at: this.#clock.now(), body: { ...after }, before: { ...before } }),
      ]);
    });
  }

  /** Removes a board; its pins are hidden from then on. */
  remove(actor: Actor, id: Id): Promise<void> {
    return retryConflicts(async () => {
      const { data, version } = await this.fresh(actor, id);
      const event = { type: 'board.removed', id, version: version + 1, actor: actorId(actor) } as const;
      await this.#commit(actor, id, [
        { kind: 'remove', id, expect: version },
        { kind: 'unlink', mapping: 'user_owns_board', from: data.ownerId, to: id },
        changeEvent({ ...event, at: this.#clock.now(), body: { ...data }, before: null }),
      ]);
    });
  }

  async #commit(actor: Actor, id: Id, changes: Change[]): Promise<void> {
    await this.#store.commit(actor, { shard: shardOf(id), changes });
  }
}
