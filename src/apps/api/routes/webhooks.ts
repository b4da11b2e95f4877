import type { FastifyInstance } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import {
  DeliverySchema,
  type NewWebhook,
  NewWebhookSchema,
  type WebhookPatch,
  WebhookPatchSchema,
  WebhookViewSchema,
  webhookKinds,
} from '#services/webhooks/contract';
import type { ApiDeps } from '../deps.ts';
import { requireOwner } from '../session.ts';
import { describe, IdParamsSchema } from './shared.ts';

const path = '/api/operations/webhooks';
const HooksSchema = Type.Object({
  items: Type.Array(WebhookViewSchema),
  kinds: WebhookViewSchema.properties.kinds,
});
const MadeSchema = Type.Object({ ...WebhookViewSchema.properties, secret: Type.String() });
const AskedSchema = Type.Object({
  hook: Type.Optional(Type.String({ maxLength: 100 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
});
const EnqueuedSchema = Type.Object({ delivery: Type.String() });
const usual = 100;

type Named = { Params: { id: string } };

function described(
  summary: string,
  parts: Record<string, TSchema | undefined>,
  answer?: TSchema,
  status = 200,
) {
  return {
    onRequest: requireOwner,
    schema: describe('operations', `${summary} (owner)`, parts, answer, status),
  };
}

function hookRoutes(server: FastifyInstance, { services: { webhooks } }: ApiDeps): void {
  server.get(
    path,
    described('All webhooks, the oldest first, and what they can ask for', {}, HooksSchema),
    async ({ viewer }) => ({ items: await webhooks.list(viewer), kinds: webhookKinds }),
  );
  server.post<{ Body: NewWebhook }>(
    path,
    described(
      'Register a webhook; its secret is answered this once',
      { body: NewWebhookSchema },
      MadeSchema,
      201,
    ),
    async ({ viewer, body }, reply) => reply.status(201).send(await webhooks.create(viewer, body)),
  );
  server.patch<Named & { Body: WebhookPatch }>(
    `${path}/:id`,
    described(
      'Change a webhook, or enable it again',
      { params: IdParamsSchema, body: WebhookPatchSchema },
      WebhookViewSchema,
    ),
    ({ viewer, params, body }) => webhooks.update(viewer, params.id, body),
  );
  server.delete<Named>(
    `${path}/:id`,
    described('Remove a webhook', { params: IdParamsSchema }, undefined, 204),
    async ({ viewer, params }, reply) => {
      await webhooks.remove(viewer, params.id);
      return reply.status(204).send();
    },
  );
}

function deliveryRoutes(server: FastifyInstance, { services: { webhooks } }: ApiDeps): void {
  server.get<{ Querystring: Static<typeof AskedSchema> }>(
    `${path}/deliveries`,
    described(
      'What was sent to webhooks and what became of it, the latest first',
      { querystring: AskedSchema },
      Type.Object({ items: Type.Array(DeliverySchema) }),
    ),
    async ({ viewer, query: { hook, limit = usual } }) => ({
      items: await webhooks.deliveries(viewer, { hookId: hook, limit }),
    }),
  );
  server.post<Named>(
    `${path}/deliveries/:id/again`,
    described('Send a message again', { params: IdParamsSchema }, EnqueuedSchema, 202),
    async ({ viewer, params }, reply) =>
      reply.status(202).send({ delivery: await webhooks.redeliver(viewer, params.id) }),
  );
  server.post<Named>(
    `${path}/:id/test`,
    described('Send a test message to a webhook', { params: IdParamsSchema }, EnqueuedSchema, 202),
    async ({ viewer, params }, reply) =>
      reply.status(202).send({ delivery: await webhooks.test(viewer, params.id) }),
  );
}

/** Webhooks and their deliveries. */
export function webhookRoutes(server: FastifyInstance, deps: ApiDeps): void {
  hookRoutes(server, deps);
  deliveryRoutes(server, deps);
}
