import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { ConsumerLagSchema, ParkedEventSchema, ReplayOutcomeSchema } from '#services/events/contract';
import type { ApiDeps } from '../deps.ts';
import { requireOwner } from '../session.ts';
import { describe } from './shared.ts';

const path = '/api/operations/events';
const listed = 500;

const AskedSchema = Type.Object({
  consumer: Type.String({ maxLength: 100 }),
  /** One parked event; all of the consumer when left out. */
  id: Type.Optional(Type.String({ maxLength: 300 })),
});
type Asked = Static<typeof AskedSchema>;

const EventsSchema = Type.Object({
  consumers: Type.Array(ConsumerLagSchema),
  /** The latest first, 500 at most. */
  parked: Type.Array(ParkedEventSchema),
});

/** How consumers of the event log do, and what they could not apply. */
export function eventRoutes(server: FastifyInstance, { services: { events } }: ApiDeps): void {
  server.get(
    path,
    {
      onRequest: requireOwner,
      schema: describe('operations', 'Consumers with their lag, and parked events (owner)', {}, EventsSchema),
    },
    async () => {
      const [consumers, parked] = await Promise.all([events.lags(), events.parked()]);
      return { consumers, parked: parked.slice(0, listed) };
    },
  );
  server.post<{ Body: Asked }>(
    `${path}/replay`,
    {
      onRequest: requireOwner,
      schema: describe(
        'operations',
        'Apply parked events again (owner)',
        { body: AskedSchema },
        ReplayOutcomeSchema,
      ),
    },
    ({ body }) => events.replay(body.consumer, body.id),
  );
  server.post<{ Body: Asked }>(
    `${path}/discard`,
    {
      onRequest: requireOwner,
      schema: describe(
        'operations',
        'Forget parked events (owner)',
        { body: AskedSchema },
        Type.Object({ discarded: Type.Integer() }),
      ),
    },
    async ({ body }) => ({ discarded: await events.discard(body.consumer, body.id) }),
  );
}
