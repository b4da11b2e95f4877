/** Pins: pictures on boards. Who sees and changes which is decided by the store, by their boards. */
import Type, { type Static } from 'typebox';
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { IdSchema, type Page, type PageRequest } from '#kernel/schema';
import type { Unchanged } from '#kernel/stamps';
import { PersonCardSchema, type PersonView } from '#services/accounts/contract';
import { BoardCardSchema } from '#services/boards/contract';
import type { JobHandler } from '#services/jobs/contract';
import { PictureViewSchema } from '#services/media/contract';

/** Who made the picture and under which licence, shown wherever the licence asks for it. */
export const CreditSchema = Type.Object({
  author: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
  source: Type.Union([Type.String({ maxLength: 2000 }), Type.Null()]),
  licence: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
});
export type Credit = Static<typeof CreditSchema>;

const text = {
  title: Type.Optional(Type.String({ maxLength: 200 })),
  description: Type.Optional(Type.String({ maxLength: 5000 })),
  /** http or https only. */
  link: Type.Optional(Type.Union([Type.String({ maxLength: 2000, pattern: '^https?://' }), Type.Null()])),
  altText: Type.Optional(Type.String({ maxLength: 1000 })),
  tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 50 })),
};

/** A new pin of a picture that was taken in before. */
export const NewPinSchema = Type.Object({
  boardId: IdSchema,
  mediaId: IdSchema,
  ...text,
  credit: Type.Optional(CreditSchema),
});
export type NewPin = Static<typeof NewPinSchema>;

/** A change; `boardId` moves the pin to another board of the same owner. */
export const PinPatchSchema = Type.Object({ boardId: Type.Optional(IdSchema), ...text });
export type PinPatch = Static<typeof PinPatchSchema>;

/** A save from a page: fetched and pinned by a job. */
export const SaveFromUrlSchema = Type.Object({
  boardId: IdSchema,
  /** The page, kept as the pin's link. */
  url: Type.String({ maxLength: 2000, pattern: '^https?://' }),
  /** The chosen picture; the page's best one when left out. */
  pictureUrl: Type.Optional(Type.String({ maxLength: 2000, pattern: '^https?://' })),
  title: text.title,
  description: text.description,
});
export type SaveFromUrl = Static<typeof SaveFromUrlSchema>;

/** What is stored of a pin. */
export interface PinData {
  readonly boardId: Id;
  readonly ownerId: Id;
  readonly mediaId: Id;
  readonly title: string;
  readonly description: string;
  readonly link: string | null;
  readonly altText: string;
  readonly tags: string[];
  readonly credit: Credit | null;
  /** The pin that this one was saved from; null for an original. */
  readonly savedFrom: Id | null;
  /** The board's secrecy, copied for what is derived from the log; the board itself decides who sees the pin. */
  readonly secret: boolean;
}

/** The pin that stands for a picture, and where it is. */
export interface PinOfMedia {
  readonly pinId: Id;
  readonly mediaId: Id;
  readonly boardId: Id;
}

/** The prefix of the counters of public saves, for `Counters.top`. */
export const savesPrefix = 'saves:';

/** The counter of a picture's pins on public boards. */
export function savesCounter(mediaId: Id): string {
  return `${savesPrefix}${mediaId}`;
}

/** A pin as shown. */
export const PinViewSchema = Type.Object({
  id: IdSchema,
  title: Type.String(),
  description: Type.String(),
  link: Type.Union([Type.String(), Type.Null()]),
  altText: Type.String(),
  tags: Type.Array(Type.String()),
  credit: Type.Union([CreditSchema, Type.Null()]),
  picture: PictureViewSchema,
  board: BoardCardSchema,
  owner: PersonCardSchema,
  /** How often the picture was saved by anyone, in public. */
  saves: Type.Number(),
  createdAt: Type.Number(),
  mine: Type.Boolean(),
});
export type PinView = Static<typeof PinViewSchema>;

/**
 * A pin as its saver gets it. With `job`, the save is provisional: durable in the job queue, its shard does not answer yet.
 * Until the job of that id is done, the pin is there for its saver alone and can't be changed; the job fails, with the reason
 * in words, only when the pin has become impossible.
 */
export type SavedPin = PinView & { readonly job?: string };

/** How to make a pin. */
export interface CreateOptions {
  /**
   * Throws `ConflictError` when the actor has pinned this very picture before, and gives way to such a pin that turns up
   * before a provisional one has reached its shard.
   */
  readonly once?: boolean;
  /** Waits for its shard for seconds: for those for whom nobody waits. */
  readonly patient?: boolean;
}

/** Views of pins as JSON. */
export interface PinTexts {
  readonly texts: Uint8Array[];
  readonly unchanged: Unchanged;
}

/** The pins service. */
export interface Pins {
  /**
   * Pins a picture. Durable when it resolves, on the pin's shard or provisionally. Where that shard does not answer, it
   * takes some 30 ms, or a few when that is known already.
   */
  create(actor: Actor, input: NewPin, options?: CreateOptions): Promise<SavedPin>;
  /** Saves a visible pin to a board that the actor arranges, as a new pin; durable as by `create`. */
  save(actor: Actor, pinId: Id, boardId: Id): Promise<SavedPin>;
  /** Enqueues a save from a page; answers the job's id. The same request again while it runs is one job. */
  saveFromUrl(actor: Actor, input: SaveFromUrl): Promise<string>;
  /** Throws `ConflictError` while the pin is provisional, and so does `remove`. */
  update(actor: Actor, id: Id, patch: PinPatch): Promise<PinView>;
  remove(actor: Actor, id: Id): Promise<void>;
  /** Throws `NotFoundError` when there is none or the viewer may not see it. */
  get(viewer: Actor, id: Id): Promise<PinView>;
  /**
   * Skeleton → hydrate → rules → presentation: views in the order of the ids, leaving out what is gone, what the viewer
   * may not see, whose picture is not ready (except on boards that the viewer arranges), and second pins of the same picture when `distinct`.
   */
  hydrate(viewer: Actor, ids: readonly Id[], options?: { distinct?: boolean }): Promise<PinView[]>;
  /**
   * The same views as JSON texts in UTF-8, and what tells whether they still are what the same call would answer. Cost: under
   * 60 µs for 25 pins of which nothing has changed; nanoseconds to be told that.
   */
  hydrateJson(viewer: Actor, ids: readonly Id[], options?: { distinct?: boolean }): Promise<PinTexts>;
  /** The best visible pin of each picture, in the order given; pictures without one are left out. */
  ofMedia(viewer: Actor, mediaIds: readonly Id[]): Promise<PinOfMedia[]>;
  byBoard(viewer: Actor, boardId: Id, page: PageRequest): Promise<Page<PinView>>;
  byOwner(viewer: Actor, ownerId: Id, page: PageRequest): Promise<Page<PinView>>;
  /** A person's latest pins, ids only: signals for recommendation. */
  recentIds(ownerId: Id, limit: number): Promise<Id[]>;
  /** What the viewer may know of how much a person has: public boards and pins only, unless it is themselves. */
  counts(viewer: Actor, userId: Id): Promise<PersonView['counts']>;
  /** The latest public pins of a person or a board with their times, newest first: to fill a new follower's feed. */
  recentOf(target: Id, limit: number): Promise<{ id: Id; at: number }[]>;
  /** Stored pins by id, unfiltered: for consumers and candidate sources. Never shown. */
  data(ids: readonly Id[]): Promise<Map<Id, PinData>>;
  /** Brings a board's pins in line with their board: its secrecy, or its absence, which removes them. Answers how many changed. */
  reconcileBoard(boardId: Id): Promise<number>;
  /** Shows provisional pins of before again, to their savers. To be called once, before jobs start and anybody asks. */
  restore(): Promise<void>;
  /** The handlers of the pin jobs, to be registered with `Jobs.handle`. */
  handlers(): JobHandler[];
}
