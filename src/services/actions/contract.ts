/**
 * Actions: what people do and what happens to them, as events of the topic `actions`.
 *
 * Each event says its type and version and fits the schema registered for the two. Actions are told on a best effort:
 * under pressure they are dropped and counted, never in the way of a request. What must not be lost (pins, boards, saves,
 * follows as they are stored) is in the topic `changes`.
 */
import Type, { type Static, type TProperties, type TSchema } from 'typebox';
import type { LoggedEvent } from '#engines/event-log/port';
import type { Actor } from '#kernel/actor';
import { InvalidInputError } from '#kernel/errors';
import { check, IdSchema } from '#kernel/schema';
import {
  ActionIdSchema,
  actionFields,
  actionSchemas,
  DeviceTokenSchema,
  type envelope,
  SurfaceSchema,
} from './schemas.ts';

/** The topic of actions. Its keys are the actor, else the device, else the object: what one person does stays in order. */
export const actionsTopic = 'actions';

type Fields = typeof actionFields;
type StaticOf<P> = { readonly [K in keyof P]: P[K] extends TSchema ? Static<P[K]> : never };

/** A type of action. */
export type ActionType = keyof Fields;

/** The versions of a type. */
type Versions<T extends ActionType> = keyof Fields[T] & number;

/** What is said in every action. */
export type ActionEnvelope = StaticOf<typeof envelope>;

/** One type of action in one of its versions. */
export type ActionOf<T extends ActionType, V extends Versions<T> = Versions<T>> = ActionEnvelope & {
  readonly type: T;
  readonly v: V;
} & StaticOf<Extract<Fields[T][V], TProperties>>;

/** Any action; switch on `type`, and on `v` where a type has several. */
export type Action = { [T in ActionType]: ActionOf<T> }[ActionType];

/** An action to be recorded now by the server: `id`, `at`, `receivedAt` are filled in. */
export type NewAction = { [T in ActionType]: Omit<ActionOf<T>, 'id' | 'at' | 'receivedAt'> }[ActionType];

/** How somebody signs in. */
export type SignInMethod = ActionOf<'sign_in_ok'>['method'];

/** Returns a value of the log as an action; throws `InvalidInputError` when no schema is registered for it or it does not fit. */
export function readAction(value: unknown): Action {
  const { type, v } = (value ?? {}) as { type?: unknown; v?: unknown };
  const schema = actionSchemas.get(`${type}.${v}`);
  if (!schema) throw new InvalidInputError('type', `${type} of version ${v} is not known`);
  return check(schema, value, String(type)) as Action;
}

/** The key of an action in the log. */
export function keyOfAction(action: Action): string {
  if (action.actor !== null) return action.actor;
  if (action.device !== null) return action.device;
  if ('pinId' in action && action.pinId !== null) return action.pinId;
  return action.id;
}

/** An action as a consumer receives it. */
export type DeliveredAction = Action & { readonly position: Pick<LoggedEvent, 'partition' | 'offset'> };

/** What a browser saw done to a pin. The server adds who, and the pin's board. */
export const BrowserActionSchema = Type.Object(
  {
    id: ActionIdSchema,
    type: Type.Unsafe<'impression' | 'closeup' | 'click'>({ enum: ['impression', 'closeup', 'click'] }),
    v: Type.Literal(1),
    /** Milliseconds since the epoch by the browser's clock. */
    at: Type.Integer({ minimum: 0 }),
    surface: SurfaceSchema,
    pinId: IdSchema,
    rank: actionFields.impression[1].rank,
    /** For clicks. */
    target: Type.Optional(actionFields.click[1].target),
  },
  { additionalProperties: false },
);
export type BrowserAction = Static<typeof BrowserActionSchema>;

/** What a browser sends at once. */
export const BrowserBatchSchema = Type.Object(
  {
    device: DeviceTokenSchema,
    /** Milliseconds since the epoch by the browser's clock, at sending: tells how far that clock is off. */
    sentAt: Type.Integer({ minimum: 0 }),
    actions: Type.Array(BrowserActionSchema, { minItems: 1, maxItems: 200 }),
  },
  { additionalProperties: false },
);
export type BrowserBatch = Static<typeof BrowserBatchSchema>;

/** What became of a batch. The rest was dropped: not to be seen by the sender, too old, or recorded before. */
export const BatchOutcomeSchema = Type.Object({ recorded: Type.Integer() });
export type BatchOutcome = Static<typeof BatchOutcomeSchema>;

/** Whose browser sends: from the request, never from what is sent. */
export interface Sender {
  readonly viewer: Actor;
  readonly address: string;
}

/** The actions service. */
export interface Actions {
  /**
   * Records without waiting: queued, and appended together with others soon. Never throws; what does not fit its schema or
   * finds the queue full (10,000 actions) is dropped and counted in `pinakes_actions_dropped_total`.
   */
  record(action: NewAction): void;
  /**
   * Records what a browser tells, durable when it resolves. Actions on pins that the sender may not see are dropped, as are
   * those older than seven days. An id that is sent again is recorded once as far as memory goes back (100,000 ids): consumers
   * still count by id. Throws `RateLimitedError` over 6,000 actions a minute of one person or address, `UnavailableError` when
   * the queue is full: the browser sends the same again later.
   */
  recordBatch(sender: Sender, batch: BrowserBatch): Promise<BatchOutcome>;
  /** Resolves when everything recorded before is in the log or dropped. */
  flush(): Promise<void>;
  /** Appends what waits; whatever is recorded later is dropped. */
  close(): Promise<void>;
}
