/**
 * What each type of action says, by version. A version once written is never changed: what says something else gets the next
 * number, and events of the old one stay readable as long as the log keeps them.
 */
import Type, { type TProperties, type TSchema } from 'typebox';
import { IdSchema } from '#kernel/schema';

const oneOf = <const T extends readonly string[]>(values: T) => Type.Unsafe<T[number]>({ enum: [...values] });

/** A token made by whoever records: unique among all actions, so that one that is sent twice counts once. */
export const ActionIdSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$' });
/** A browser's own token, kept by it; says nothing of a person. */
export const DeviceTokenSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$' });

/** Where on the site an action happened; `server` for what no page shows. */
export const surfaces = [
  'home',
  'following',
  'search',
  'closeup',
  'related',
  'board',
  'profile',
  'lens',
  'upload',
  'operations',
  'other',
  'server',
] as const;
/** Where on the site an action happened. */
export const SurfaceSchema = oneOf(surfaces);

/** What a person did to a pin that a page shows. */
const pinOnPage = {
  pinId: IdSchema,
  /** The board that holds the pin, as the server finds it. */
  boardId: IdSchema,
  /** The place in the list, from 0; null where there is no list. */
  rank: Type.Union([Type.Integer({ minimum: 0, maximum: 100_000 }), Type.Null()]),
} as const;

const shortText = Type.String({ maxLength: 200 });

/** The fields of each type beside the envelope, by version. */
export const actionFields = {
  sign_in_ok: { 1: { method: oneOf(['password', 'link', 'sign_up']) } },
  /** `reason` is an error code of the kernel. The name that was tried is not told. */
  sign_in_failed: { 1: { method: oneOf(['password', 'link', 'sign_up']), reason: shortText } },
  /** At least half of the picture was in view for a second. */
  impression: { 1: pinOnPage },
  /** The pin was opened. */
  closeup: { 1: pinOnPage },
  /** A way out of the pin was taken: to the page that it is from, or to whom or what it belongs. */
  click: { 1: { ...pinOnPage, target: oneOf(['source', 'owner', 'board']) } },
  /** `pinId` was saved: `savedId` on `boardId` is the new pin. */
  save: { 1: { pinId: IdSchema, savedId: IdSchema, boardId: IdSchema } },
  /** "Less of this": the pin is to be kept out of what the actor is shown. */
  hide: { 1: { pinId: IdSchema, boardId: IdSchema } },
  /** `targetId` is a person's or a board's; `on` is false when the actor stopped following. */
  follow: { 1: { targetId: IdSchema, on: Type.Boolean() } },
  /** `query` for words, `pinId` for a pin or a part of it, neither for a picture of one's own. */
  search: {
    1: {
      kind: oneOf(['words', 'pin', 'crop', 'picture']),
      query: Type.Union([shortText, Type.Null()]),
      pinId: Type.Union([IdSchema, Type.Null()]),
      /** Results on the first page. */
      results: Type.Integer({ minimum: 0 }),
    },
  },
  /** A picture was taken in; `from` tells whether its bytes came from the person or from a page. */
  upload: { 1: { mediaId: IdSchema, from: oneOf(['file', 'page']) } },
  /** The server failed to answer. `route` is the pattern, without what was asked for. */
  error: {
    1: { status: Type.Integer({ minimum: 500, maximum: 599 }), route: shortText, requestId: shortText },
  },
  /** The actor was shown one variant of an experiment. */
  exposure: { 1: { experiment: shortText, variant: shortText } },
} as const satisfies Record<string, Record<number, TProperties>>;

/** What every action says of itself, whatever its type. */
export const envelope = {
  id: ActionIdSchema,
  /** Milliseconds since the epoch, by the clock of where it happened, but never later than `receivedAt`. */
  at: Type.Integer({ minimum: 0 }),
  /** Milliseconds since the epoch, by the server's clock. */
  receivedAt: Type.Integer({ minimum: 0 }),
  /** The person, from their session; null for strangers. */
  actor: Type.Union([IdSchema, Type.Null()]),
  /** The browser; for what no browser told, the session; null for neither. */
  device: Type.Union([DeviceTokenSchema, IdSchema, Type.Null()]),
  surface: SurfaceSchema,
} as const;

/** The schema of one version of one type, envelope included. Nothing but what it names may be said. */
function whole(type: string, v: number, fields: TProperties): TSchema {
  const properties = { ...envelope, type: Type.Literal(type), v: Type.Literal(v), ...fields };
  return Type.Object(properties, { additionalProperties: false });
}

/** Every schema, by `type.v`: `impression.1`. */
export const actionSchemas: ReadonlyMap<string, TSchema> = new Map(
  Object.entries(actionFields).flatMap(([type, versions]) =>
    Object.entries<TProperties>(versions).map(([v, fields]): [string, TSchema] => [
      `${type}.${v}`,
      whole(type, Number(v), fields),
    ]),
  ),
);
