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
import { BoardObjects, type StoredBoard } from './board-objects.ts';
import { withRole } from './board-roles.ts';
import { BoardViews, type BoardViewsDeps } from './board-views.ts';
import {
  audienceOf,
  type BoardData,
  type BoardPatch,
  BoardPatchSchema,
  type Boards,
  type BoardView,
  type MemberRole,
  MemberRoleSchema,
  type NewBoard,
  NewBoardSchema,
} from './contract.ts';
import { requireMayArrange, requireOwn } from './rules.ts';

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
    const id = await this.#objects.allocate(person);
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
    const { data } = await this.#own(actor, id);
    const write = async () => {
      await this.#objects.update(actor, id, (board) => ({ ...board, ...changed }));
    };
    await (secret !== undefined
      ? withBoardJob(this.#deps, { name: 'board-visibility', boardId: id }, write)
      : write());
    if (name !== undefined && name !== data.name) await this.#names.release(id, data);
    return this.get(actor, id);
  }

  async remove(actor: Actor, id: Id): Promise<void> {
    const { data } = await this.#own(actor, id);
    await withBoardJob(this.#deps, { name: 'board-removal', boardId: id }, async () => {
      await this.#names.release(id, data);
      await this.#objects.remove(actor, id);
    });
  }

  async setRole(actor: Actor, id: Id, userId: Id, role: MemberRole): Promise<BoardView> {
    await this.#own(actor, id);
    const member = parseId(userId, 'userId', 'user');
    const given = check(MemberRoleSchema, role, 'role');
    await this.#objects.update(actor, id, (board) => withRole(board, member, given));
    return this.get(actor, id);
  }

  async removeRole(actor: Actor, id: Id, userId: Id): Promise<void> {
    const member = parseId(userId, 'userId', 'user');
    const isLeaving = actor.kind === 'person' && actor.userId === member;
    if (!isLeaving) await this.#own(actor, id);
    const boardId = parseId(id, 'id', 'board');
    await this.#objects.update(actor, boardId, (board) => withRole(board, member, undefined));
  }

  async #own(actor: Actor, id: Id): Promise<StoredBoard> {
    const board = await this.#objects.fresh(actor, parseId(id, 'id', 'board'));
    requireOwn(actor, board.data);
    return board;
  }

  async get(viewer: Actor, id: Id): Promise<BoardView> {
    const [view] = await this.getMany(viewer, [parseId(id, 'id', 'board')]);
    if (view === undefined) throw new NotFoundError('board');
    return view;
  }

  async getMany(viewer: Actor, ids: readonly Id[]): Promise<BoardView[]> {
    const visible = await this.#objects.getMany(viewer, ids);
    return this.#views.of(
      viewer,
      ids.flatMap((id) => visible.get(id) ?? []),
    );
  }

  async byOwner(viewer: Actor, ownerId: Id, page: PageRequest): Promise<Page<BoardView>> {
    return this.#page(viewer, 'user_owns_board', parseId(ownerId, 'ownerId', 'user'), page);
  }

  async joined(actor: Actor, page: PageRequest): Promise<Page<BoardView>> {
    const { items, cursor } = await this.#page(actor, 'user_joins_board', requirePerson(actor).userId, page);
    // The edge of a public board outlasts the role by the time that it takes to follow.
    return { items: items.filter(({ role }) => role === 'editor' || role === 'viewer'), cursor };
  }

  async #page(
    viewer: Actor,
    mapping: 'user_owns_board' | 'user_joins_board',
    from: Id,
    page: PageRequest,
  ): Promise<Page<BoardView>> {
    const limit = pageLimit(page);
    const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, isPosition);
    const range = { mapping, from, limit: limit + 1, after };
    const edges = await this.#deps.store.range(viewer, range);
    const shown = edges.slice(0, limit);
    const last = edges.length > limit ? shown.at(-1) : undefined;
    const cursor = last ? encodeCursor({ sequence: last.sequence, to: last.to }) : null;
    const items = await this.getMany(
      viewer,
      shown.map(({ to }) => to),
    );
    return { items, cursor };
  }

  async ensure(actor: Actor, name: string, made: Omit<NewBoard, 'name'> = {}): Promise<Id> {
    const person = requirePerson(actor);
    const { description = '', secret = false, ...input } = check(NewBoardSchema, { ...made, name });
    const words = { name: requireLine('name', input.name), description: cleanText(description) };
    return this.#names.ensure(person, { ...words, secret });
  }

  async data(ids: readonly Id[]): Promise<Map<Id, BoardData>> {
    const stored = await this.#objects.getMany(system, ids);
    return new Map([...stored].map(([id, { data }]) => [id, data]));
  }

  async audiences(viewer: Actor): Promise<string[]> {
    if (viewer.kind !== 'person') return ['public'];
    const range = { from: viewer.userId, limit: mostBoards } as const;
    const edges = await this.#deps.store.rangeMany(viewer, [
      { ...range, mapping: 'user_owns_board' },
      { ...range, mapping: 'user_joins_board' },
    ]);
    const boards = await this.#objects.getMany(
      viewer,
      edges.flat().map(({ to }) => to),
    );
    // Whoever sees a secret board is its owner or was let in.
    const secret = [...boards.values()].filter(({ data }) => data.secret);
    return ['public', ...secret.map(({ id }) => audienceOf(id, true))];
  }

  async requireWritable(actor: Actor, id: Id, options: { cached?: boolean } = {}): Promise<BoardData> {
    const fresh = !options.cached;
    const { data } = await this.#objects.get(actor, parseId(id, 'boardId', 'board'), { fresh });
    requireMayArrange(actor, data);
    return data;
  }

  handlers(pins: { reconcileBoard(boardId: Id): Promise<number> }): JobHandler[] {
    const exists = async (id: Id) => (await this.#objects.getMany(system, [id], { fresh: true })).has(id);
    return boardJobHandlers(pins, this.#deps.follows, exists);
  }
}
