/** Boards: where pins are arranged. Public, or secret to their owner and those whom the owner let in. */
import Type, { type Static } from 'typebox';
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { IdSchema, type Page, type PageRequest } from '#kernel/schema';
import { PersonCardSchema } from '#services/accounts/contract';
import type { JobHandler } from '#services/jobs/contract';
import { PictureViewSchema } from '#services/media/contract';
import type { BoardRoles } from '#services/store/contract';

/** A new board. */
export const NewBoardSchema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
  description: Type.Optional(Type.String({ maxLength: 500 })),
  secret: Type.Optional(Type.Boolean()),
});
export type NewBoard = Static<typeof NewBoardSchema>;

/** A change of a board. */
export const BoardPatchSchema = Type.Partial(NewBoardSchema);
export type BoardPatch = Static<typeof BoardPatchSchema>;

/** What is stored of a board. */
export interface BoardData {
  readonly ownerId: Id;
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
  /** People whom the owner let in; absent while there are none. */
  readonly roles?: BoardRoles;
}

/** A board beside a pin. */
export const BoardCardSchema = Type.Object({ id: IdSchema, name: Type.String(), secret: Type.Boolean() });
export type BoardCard = Static<typeof BoardCardSchema>;

/** What a board's owner may let somebody be there: an editor arranges its pins, a viewer sees it though it is secret. */
export const MemberRoleSchema = Type.Union([Type.Literal('editor'), Type.Literal('viewer')]);
export type MemberRole = Static<typeof MemberRoleSchema>;

/** Somebody whom a board's owner let in. */
export const BoardMemberSchema = Type.Object({ person: PersonCardSchema, role: MemberRoleSchema });
export type BoardMember = Static<typeof BoardMemberSchema>;

/** A board as shown. */
export const BoardViewSchema = Type.Object({
  id: IdSchema,
  name: Type.String(),
  description: Type.String(),
  secret: Type.Boolean(),
  owner: PersonCardSchema,
  pinCount: Type.Number(),
  followers: Type.Number(),
  /** Up to three pictures, the newest first. */
  covers: Type.Array(PictureViewSchema),
  updatedAt: Type.Number(),
  mine: Type.Boolean(),
  /** What the viewer is there. */
  role: Type.Union([
    Type.Literal('owner'),
    Type.Literal('editor'),
    Type.Literal('viewer'),
    Type.Literal('none'),
  ]),
  /** Who was let in: told to the owner and to each other, empty for others. */
  members: Type.Array(BoardMemberSchema),
  followed: Type.Boolean(),
});
export type BoardView = Static<typeof BoardViewSchema>;

/** The counter of a board's pins, whoever may see them. */
export function boardPinsCounter(boardId: Id): string {
  return `board-pins:${boardId}`;
}

/** The counter of a person's public boards. */
export function publicBoardsCounter(ownerId: Id): string {
  return `public-boards:${ownerId}`;
}

/** The counter of a person's pins on public boards. */
export function publicPinsCounter(ownerId: Id): string {
  return `public-pins:${ownerId}`;
}

/** The name of the audience that may see a board's pins: `public`, or `board:<id>` for a secret one. */
export function audienceOf(boardId: Id, secret: boolean): string {
  return secret ? `board:${boardId}` : 'public';
}

/** The boards service. Reading what the viewer may not see throws `NotFoundError`, as if it did not exist. */
export interface Boards {
  create(actor: Actor, input: NewBoard): Promise<BoardView>;
  /** Owner only. */
  update(actor: Actor, id: Id, patch: BoardPatch): Promise<BoardView>;
  /** Removes a board with all its pins. Owner only. */
  remove(actor: Actor, id: Id): Promise<void>;
  get(viewer: Actor, id: Id): Promise<BoardView>;
  /** Views in the order of the ids; those the viewer may not see are left out. */
  getMany(viewer: Actor, ids: readonly Id[]): Promise<BoardView[]>;
  /** Lets a person in, or changes what they may do there; again changes nothing. At most 100 people. Owner only. */
  setRole(actor: Actor, id: Id, userId: Id, role: MemberRole): Promise<BoardView>;
  /** Lets a person in no longer; again changes nothing. For the owner, and for the person themselves, who leaves. */
  removeRole(actor: Actor, id: Id, userId: Id): Promise<void>;
  /** Others' boards that the actor was let into, the latest first. Derived, converges. */
  joined(actor: Actor, page: PageRequest): Promise<Page<BoardView>>;
  /** A person's boards, last used first; secret ones only for themselves and those let in. */
  byOwner(viewer: Actor, ownerId: Id, page: PageRequest): Promise<Page<BoardView>>;
  /** The actor's board of that name, made if there is none: then with what `made` says. */
  ensure(actor: Actor, name: string, made?: Omit<NewBoard, 'name'>): Promise<Id>;
  /** Stored boards by id, unfiltered: for the visibility rules and consumers. */
  data(ids: readonly Id[]): Promise<Map<Id, BoardData>>;
  /** All audiences that the viewer belongs to: `public`, and the secret boards that are theirs or that they were let into. */
  audiences(viewer: Actor): Promise<string[]>;
  /** The handlers of the board jobs, to be registered with `Jobs.handle`: pins follow their board's secrecy, or its removal. */
  handlers(pins: { reconcileBoard(boardId: Id): Promise<number> }): JobHandler[];
  /**
   * Throws unless the actor may arrange the board's pins: what the store refuses, before anything is done for it. With
   * `cached`, by what was last known of the board, which needs no shard: for writes that look at it again afterwards.
   */
  requireWritable(actor: Actor, id: Id, options?: { cached?: boolean }): Promise<BoardData>;
}
