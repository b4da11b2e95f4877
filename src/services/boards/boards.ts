import { type Actor, requirePerson, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { decodeCursor, encodeCursor, pageLimit } from '#kernel/cursor';
import { NotFoundError } from '#kernel/errors';
import { type Id, isId, parseId } from '#kernel/ids';
import { cleanText, requireLine } from '#kernel/plain-text';
import { check, type Page, type PageRequest } from '#kernel/schema';
import type { Follows } from '#services/follows/contract';
import type { JobHandler, Jobs } from '#services/jobs/contract';
import { boardJobHandlers, withBoardJob } from './board-jobs.ts';
import { BoardNames } from './board-names.ts';
import { BoardObjects } from './board-objects.ts';
import { BoardViews, type BoardViewsDeps } from './board-views.ts';
import {
  audienceOf,
  type BoardData,
  type BoardPatch,
  BoardPatchSchema,
  type Boards,
  type BoardView,
  maySeeBoard,
  type NewBoard,
  NewBoardSchema,
  ownsBoard,
} from './contract.ts';

/** What boards stand on. */
export interface BoardsDeps extends BoardViewsDeps {
  readonly follows: Follows;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

interface Position {
  readonly sequence: number;
  readonly to: Id;
}

function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false;
  return 'sequence' in value && Number.isSafeInteger(value.sequence) && 'to' in value && isId(value.to);
}

const mostBoards = 10_000;

/** Boards over one store. */
export class StoredBoards implements Boards {
  readonly #deps: BoardsDeps;
  readonly #objects: BoardObjects;
  readonly #names: BoardNames;
  readonly #views: BoardViews;
  constructor(deps: BoardsDeps) {
    this.#deps = deps;
    this.#objects = new BoardObjects(deps.store, deps.clock);
    this.#names = new BoardNames(deps.store, this.#objects);
    this.#views = new BoardViews(deps);
  }

  async create(actor: Actor, input: NewBoard): Promise<BoardView> {
    const person = requirePerson(actor);
    const { name, description = '', secret = false } = check(NewBoardSchema, input);
    const words = { name: requireLine('name', name), description: cleanText(description) };
    const id = await this.#objects.allocate(person.userId);
    await this.#objects.add(person, id, { ownerId: person.userId, ...words, secret });
    return this.get(actor, id);
  }

  async update(actor: Actor, id: Id, patch: BoardPatch): Promise<BoardView> {
    const { name, description, secret } = check(BoardPatchSchema, patch);
    const changed: Partial<BoardData> = {
      ...(name !== undefined && { name: requireLine('name', name) }),
      ...(description !== undefined && { description: cleanText(description) }),
      ...(secret !== undefined && { secret }),
    };
    const { data } = await this.#objects.writable(actor, parseId(id, 'id', 'board'));
    const write = async () => {
      await this.#objects.update(actor, id, changed);
    };
    await (secret !== undefined
      ? withBoardJob(this.#deps, { name: 'board-visibility', boardId: id }, write)
      : write());
    if (name !== undefined && name !== data.name) await this.#names.release(id, data);
    return this.get(actor, id);
  }

  async remove(actor: Actor, id: Id): Promise<void> {
    const { data } = await this.#objects.writable(actor, parseId(id, 'id', 'board'));
    await withBoardJob(this.#deps, { name: 'board-removal', boardId: id }, async () => {
      await this.#names.release(id, data);
      await this.#objects.remove(actor, id);
    });
  }

  async get(viewer: Actor, id: Id): Promise<BoardView> {
    const [view] = await this.getMany(viewer, [parseId(id, 'id', 'board')]);
    if (view === undefined) throw new NotFoundError('board');
    return view;
  }

  async getMany(viewer: Actor, ids: readonly Id[]): Promise<BoardView[]> {
    const stored = await this.#objects.getMany(ids);
    const visible = ids.flatMap((id) => {
      const board = stored.get(id);
      return board && maySeeBoard(viewer, board.data) ? [board] : [];
    });
    return this.#views.of(viewer, visible);
  }

  async byOwner(viewer: Actor, ownerId: Id, page: PageRequest): Promise<Page<BoardView>> {
    const from = parseId(ownerId, 'ownerId', 'user');
    const limit = pageLimit(page);
    const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, isPosition);
    // All edges are read and only then filtered, so that no page or cursor tells of a secret board.
    const edges = await this.#deps.store.range(system, {
      mapping: 'user_owns_board',
      from,
      limit: mostBoards,
      after,
    });
    const stored = await this.#objects.getMany(edges.map(({ to }) => to));
    const visible = edges.filter(({ to }) => {
      const board = stored.get(to);
      return board !== undefined && maySeeBoard(viewer, board.data);
    });
    const shown = visible.slice(0, limit);
    const last = visible.length > limit ? shown.at(-1) : undefined;
    const boards = shown.flatMap(({ to }) => stored.get(to) ?? []);
    const cursor = last ? encodeCursor({ sequence: last.sequence, to: last.to }) : null;
    return { items: await this.#views.of(viewer, boards), cursor };
  }

  async ensure(actor: Actor, name: string): Promise<Id> {
    const person = requirePerson(actor);
    const input = check(NewBoardSchema, { name });
    return this.#names.ensure(person, requireLine('name', input.name));
  }

  async data(ids: readonly Id[]): Promise<Map<Id, BoardData>> {
    const stored = await this.#objects.getMany(ids);
    return new Map([...stored].map(([id, { data }]) => [id, data]));
  }

  async audiences(viewer: Actor): Promise<string[]> {
    if (viewer.kind !== 'person') return ['public'];
    const range = { mapping: 'user_owns_board', from: viewer.userId, limit: mostBoards } as const;
    const edges = await this.#deps.store.range(system, range);
    const boards = await this.#objects.getMany(edges.map(({ to }) => to));
    const secret = [...boards.values()].filter(({ data }) => data.secret && ownsBoard(viewer, data));
    return ['public', ...secret.map(({ id }) => audienceOf(id, true))];
  }

  async requireWritable(actor: Actor, id: Id, options: { cached?: boolean } = {}): Promise<BoardData> {
    if (actor.kind !== 'system') requirePerson(actor);
    const fresh = !options.cached;
    return (await this.#objects.writable(actor, parseId(id, 'boardId', 'board'), { fresh })).data;
  }

  handlers(pins: { reconcileBoard(boardId: Id): Promise<number> }): JobHandler[] {
    const exists = async (id: Id) => (await this.#objects.getMany([id], { fresh: true })).has(id);
    return boardJobHandlers(pins, this.#deps.follows, exists);
  }
}
