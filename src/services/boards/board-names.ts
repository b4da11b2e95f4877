import { type Person, system } from '#kernel/actor';
import { ConflictError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Store } from '#services/store/contract';
import type { BoardObjects } from './board-objects.ts';
import type { BoardData } from './contract.ts';

const space = 'board-name';
const mostBoards = 10_000;

function nameKey({ ownerId, name }: Pick<BoardData, 'ownerId' | 'name'>): string {
  return `${ownerId}/${name.toLowerCase()}`;
}

/**
 * Finds or makes the one board of a name. Names need not be unique, so a claim is only how two who ask at once agree
 * on one id: whoever holds the claim or not, both write the object under the claimed id, and the first one makes it.
 */
export class BoardNames {
  readonly #store: Store;
  readonly #boards: BoardObjects;
  constructor(store: Store, boards: BoardObjects) {
    this.#store = store;
    this.#boards = boards;
  }

  /** The id of the actor's board of that name, made as it is wanted when there is none. */
  async ensure(actor: Person, board: Pick<BoardData, 'name' | 'description' | 'secret'>): Promise<Id> {
    const wanted = { ownerId: actor.userId, ...board };
    return (
      (await this.#claimed(actor, wanted)) ?? (await this.#among(actor, wanted)) ?? this.#make(actor, wanted)
    );
  }

  async #claimed(actor: Person, wanted: Pick<BoardData, 'ownerId' | 'name'>): Promise<Id | undefined> {
    const key = nameKey(wanted);
    const id = (await this.#store.claimed(system, space, [key])).get(key);
    if (id === undefined) return undefined;
    const board = (await this.#boards.getMany(actor, [id])).get(id);
    if (board === undefined || nameKey(board.data) === key) return board?.id;
    await this.#store.release(system, space, key, id);
    return undefined;
  }

  async #among(actor: Person, wanted: Pick<BoardData, 'ownerId' | 'name'>): Promise<Id | undefined> {
    const range = { mapping: 'user_owns_board', from: wanted.ownerId, limit: mostBoards } as const;
    const edges = await this.#store.range(actor, range);
    const boards = await this.#boards.getMany(
      actor,
      edges.map(({ to }) => to),
    );
    const key = nameKey(wanted);
    return edges.map(({ to }) => boards.get(to)).find((board) => board && nameKey(board.data) === key)?.id;
  }

  async #make(actor: Person, wanted: BoardData): Promise<Id> {
    const id = await this.#store.claim(system, space, nameKey(wanted), await this.#boards.allocate(actor));
    try {
      await this.#boards.add(actor, id, wanted);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
    return id;
  }

  /** Frees a board's name, before the board is renamed or removed. */
  async release(id: Id, board: BoardData): Promise<void> {
    await this.#store.release(system, space, nameKey(board), id);
  }
}
