import type { FastifyInstance } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import type { QueuePolicy, QueueRate } from '#engines/queue/port';
import { NotFoundError } from '#kernel/errors';
import { PageSchema } from '#kernel/schema';
import {
  DrainedSchema,
  JobDetailSchema,
  JobStateSchema,
  QueuePolicySchema,
  QueueViewSchema,
} from '#services/jobs/contract';
import type { ApiDeps } from '../deps.ts';
import { requireOwner } from '../session.ts';
import { describe, IdParamsSchema, NameParamsSchema, PageQuerySchema } from './shared.ts';

const jobsPath = '/api/operations/jobs';
const queuesPath = '/api/operations/queues';
const defaultLimit = 25;
const defaultDrainMs = 10_000;

const ScanSchema = Type.Object({
  ...PageQuerySchema.properties,
  state: JobStateSchema,
  name: Type.Optional(Type.String({ maxLength: 100 })),
  priority: Type.Optional(Type.Integer()),
  payload: Type.Optional(Type.String({ maxLength: 500 })),
});
const IdsSchema = Type.Array(Type.String({ maxLength: 20 }), { minItems: 1, maxItems: 1000 });
const RetryBodySchema = Type.Object({
  ids: Type.Optional(IdsSchema),
  name: Type.Optional(NameParamsSchema.properties.name),
});
const DeleteSchema = Type.Object({ ids: IdsSchema });

// Written as types with null: of a union, numbers that are refused would be taken for null.
const ChangeSchema = Type.Object(
  {
    isPaused: Type.Optional(Type.Boolean()),
    concurrency: Type.Optional(
      Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 1, maximum: 100_000 }),
    ),
    rate: Type.Optional(
      Type.Unsafe<QueueRate | null>({
        type: ['object', 'null'],
        properties: {
          perSecond: { type: 'number', exclusiveMinimum: 0, maximum: 1_000_000 },
          burst: { type: 'integer', minimum: 1, maximum: 1_000_000 },
        },
        required: ['perSecond', 'burst'],
        additionalProperties: false,
      }),
    ),
  },
  { additionalProperties: false },
);
const DrainSchema = Type.Object({ timeoutMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000 })) });

function owners(summary: string, parts: Record<string, TSchema | undefined>, answer: TSchema) {
  return { onRequest: requireOwner, schema: describe('operations', `${summary} (owner)`, parts, answer) };
}

function queueRoutes(server: FastifyInstance, { services: { jobs } }: ApiDeps): void {
  server.get(
    queuesPath,
    owners(
      'How the jobs of each name do: depth, age, rates, failures, limits',
      {},
      Type.Object({ items: Type.Array(QueueViewSchema) }),
    ),
    async () => ({ items: await jobs.queues() }),
  );
  server.patch<{ Params: { name: string }; Body: Partial<QueuePolicy> }>(
    `${queuesPath}/:name`,
    owners(
      'Pause or resume the jobs of a name, or limit how many run at once and begin a second',
      { params: NameParamsSchema, body: ChangeSchema },
      QueuePolicySchema,
    ),
    ({ params, body }) => jobs.setPolicy(params.name, body),
  );
  server.post<{ Params: { name: string }; Body: Static<typeof DrainSchema> }>(
    `${queuesPath}/:name/drain`,
    owners(
      'Pause the jobs of a name and wait until those in hand have ended, 10 seconds unless told otherwise',
      { params: NameParamsSchema, body: DrainSchema },
      DrainedSchema,
    ),
    ({ params, body }) => jobs.drainQueue(params.name, body.timeoutMs ?? defaultDrainMs),
  );
}

function readingRoutes(server: FastifyInstance, { services: { jobs } }: ApiDeps): void {
  server.get<{ Querystring: Static<typeof ScanSchema> }>(
    jobsPath,
    owners(
      'Jobs in a state, the newest first; a page of a rare payload may be short and have a cursor',
      { querystring: ScanSchema },
      PageSchema(JobDetailSchema),
    ),
    async ({ query: { cursor, limit, ...wanted } }) => {
      const { items, next } = await jobs.scan({ ...wanted, before: cursor, limit: limit ?? defaultLimit });
      return { items, cursor: next };
    },
  );
  server.get<{ Params: { id: string } }>(
    `${jobsPath}/:id`,
    owners('A job, whole', { params: IdParamsSchema }, JobDetailSchema),
    async ({ params }) => {
      const job = await jobs.get(params.id);
      if (!job) throw new NotFoundError('job');
      return job;
    },
  );
}

function settlingRoutes(server: FastifyInstance, { services: { jobs } }: ApiDeps): void {
  server.post<{ Body: Static<typeof RetryBodySchema> }>(
    `${jobsPath}/retry`,
    owners(
      'Failed jobs back to pending: some, all of a name, or all',
      { body: RetryBodySchema },
      Type.Object({ retried: Type.Integer() }),
    ),
    async ({ body: { ids, name } }) => ({
      retried: ids ? await jobs.retry(ids) : await jobs.retryFailed(name),
    }),
  );
  server.post<{ Body: Static<typeof DeleteSchema> }>(
    `${jobsPath}/delete`,
    owners(
      'Forget jobs, whatever their state',
      { body: DeleteSchema },
      Type.Object({ deleted: Type.Integer() }),
    ),
    async ({ body: { ids } }) => ({ deleted: await jobs.remove(ids) }),
  );
}

/** Jobs and their queues, watched and directed by the owner. */
export function jobRoutes(server: FastifyInstance, deps: ApiDeps): void {
  queueRoutes(server, deps);
  readingRoutes(server, deps);
  settlingRoutes(server, deps);
}
