/**
 * Webhooks: what happens here, told to other programs over HTTP.
 *
 * A delivery is a POST of `{"id", "kind", "at", "data"}`, signed as https://www.standardwebhooks.com says: the headers
 * `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, which is `v1,` and the HMAC-SHA256 in base64 of
 * `ID.TIMESTAMP.BODY` under the hook's secret. The id is the same at every try, so that receivers can tell repetitions.
 */
import Type, { type Static } from 'typebox';
import type { Actor } from '#kernel/actor';
import type { JsonObject } from '#kernel/json';
import { IdSchema } from '#kernel/schema';
import type { JobHandler } from '#services/jobs/contract';
import { type WebhookKind, webhookKinds } from './kinds.ts';

export { type WebhookKind, webhookKinds };

const KindSchema = Type.Unsafe<WebhookKind>(Type.Union(webhookKinds.map((kind) => Type.Literal(kind))));
const UrlSchema = Type.String({ maxLength: 2000, pattern: '^https?://' });

/** A new hook. */
export const NewWebhookSchema = Type.Object({
  /** A public address; anything that leads into the server's own network is refused. */
  url: UrlSchema,
  kinds: Type.Array(KindSchema, { minItems: 1, maxItems: webhookKinds.length, uniqueItems: true }),
  /** `whsec_` and 24 to 64 bytes in base64; made up when left out. */
  secret: Type.Optional(Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$' })),
});
export type NewWebhook = Static<typeof NewWebhookSchema>;

/** A change of a hook. `enabled` takes up a hook again that was disabled. */
export const WebhookPatchSchema = Type.Object({
  url: Type.Optional(UrlSchema),
  kinds: Type.Optional(NewWebhookSchema.properties.kinds),
  enabled: Type.Optional(Type.Boolean()),
});
export type WebhookPatch = Static<typeof WebhookPatchSchema>;

/** A hook as shown; its secret only where it was just made. */
export const WebhookViewSchema = Type.Object({
  id: Type.String(),
  url: Type.String(),
  kinds: Type.Array(KindSchema),
  createdAt: Type.Number(),
  /** Whose eyes decide what it hears of. */
  ownerId: IdSchema,
  enabled: Type.Boolean(),
  /** Why it was disabled; null unless it was by itself. */
  reason: Type.Union([Type.String(), Type.Null()]),
  /** Since when every delivery has failed, in milliseconds since the epoch; null when the last one went well. */
  failingSince: Type.Union([Type.Number(), Type.Null()]),
});
export type WebhookView = Static<typeof WebhookViewSchema>;

/** One message to one hook. */
export const DeliverySchema = Type.Object({
  /** Of its job. */
  id: Type.String(),
  hookId: Type.String(),
  /** As in `webhook-id`. */
  messageId: Type.String(),
  kind: Type.String(),
  state: Type.Union([
    Type.Literal('pending'),
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('failed'),
  ]),
  /** What the other side answered when it took the message; null otherwise. */
  status: Type.Union([Type.Integer(), Type.Null()]),
  /** The last failure in words; null when there was none. */
  error: Type.Union([Type.String(), Type.Null()]),
  /** How often it was tried. */
  tries: Type.Integer(),
  createdAt: Type.Number(),
  updatedAt: Type.Number(),
  /** When it is tried next; null when it is not. */
  nextTryAt: Type.Union([Type.Number(), Type.Null()]),
});
export type Delivery = Static<typeof DeliverySchema>;

/**
 * The webhooks service. Hooks are the owner's alone: every method with an actor throws `UnauthenticatedError` for strangers
 * and `ForbiddenError` for members. A hook hears of what is public and of what its owner may see; others' secret boards and
 * their pins never leave by it.
 */
export interface Webhooks {
  /** Answers the secret too, this once. Throws `InvalidInputError` for an address that is not public, `ConflictError` beyond 50 hooks. */
  create(actor: Actor, input: NewWebhook): Promise<WebhookView & { readonly secret: string }>;
  update(actor: Actor, id: string, patch: WebhookPatch): Promise<WebhookView>;
  /** Removes a hook; what waits for it is not delivered. */
  remove(actor: Actor, id: string): Promise<void>;
  /** The oldest first. */
  list(actor: Actor): Promise<WebhookView[]>;
  /** Deliveries, those that changed last first; of one hook when named. Done ones are kept for a day. */
  deliveries(actor: Actor, request: { hookId?: string | undefined; limit: number }): Promise<Delivery[]>;
  /** Sends a message again, with the same id; answers the new delivery's id. */
  redeliver(actor: Actor, deliveryId: string): Promise<string>;
  /** Sends a `test` message to a hook, whatever it asks for; answers the delivery's id. */
  test(actor: Actor, id: string): Promise<string>;
  /**
   * Tells the hooks that ask for a kind, by a job each; answers how many. Durable when it resolves. `key` tells the
   * happening from every other one: it becomes the message's id, and the same again while it waits is that one. For other
   * services: what `data` holds goes to every such hook, so it must be fit for the owner's eyes. At most 100 kB.
   */
  announce(kind: WebhookKind, data: JsonObject, key: string): Promise<number>;
  /** The handlers of the delivery jobs, to be registered with `Jobs.handle`. */
  handlers(): JobHandler[];
}
