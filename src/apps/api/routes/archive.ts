import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { UnavailableError } from '#kernel/errors';
import { ArchiveRunSchema, ArchiveStatusSchema } from '#services/archive/contract';
import { QueryAnswerSchema, QueryTableSchema, ReadyQuerySchema } from '#services/queries/contract';
import type { ApiDeps } from '../deps.ts';
import { requireOwner } from '../session.ts';
import { describe } from './shared.ts';

const WorkbenchSchema = Type.Object({
  ready: Type.Array(ReadyQuerySchema),
  tables: Type.Array(QueryTableSchema),
});

const AskedSchema = Type.Object({
  sql: Type.String({ maxLength: 100_000 }),
  /** Rows at most. */
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
});
type Asked = Static<typeof AskedSchema>;

const owners = { onRequest: requireOwner };

/** How much of the event log is archived, and archiving it. */
export function archiveRoutes(server: FastifyInstance, { services: { archive } }: ApiDeps): void {
  server.get(
    '/api/operations/archive',
    {
      ...owners,
      schema: describe(
        'operations',
        'How much of the event log is archived (owner)',
        {},
        ArchiveStatusSchema,
      ),
    },
    () => archive.status(),
  );
  server.post(
    '/api/operations/archive/run',
    {
      ...owners,
      schema: describe(
        'operations',
        'Archive all events now, the present hour too (owner)',
        {},
        ArchiveRunSchema,
      ),
    },
    () => archive.run({ open: true }),
  );
}

/** Questions over the archive. */
export function queryRoutes(server: FastifyInstance, { services: { queries } }: ApiDeps): void {
  server.get(
    '/api/operations/query',
    {
      ...owners,
      schema: describe(
        'operations',
        'Ready-made queries and tables of the archive (owner)',
        {},
        WorkbenchSchema,
      ),
    },
    () => ({ ready: queries.ready, tables: queries.tables }),
  );
  server.post<{ Body: Asked }>(
    '/api/operations/query',
    {
      ...owners,
      schema: describe(
        'operations',
        'Ask the archive in SQL: one SELECT, read only, 30 seconds at most (owner)',
        { body: AskedSchema },
        QueryAnswerSchema,
      ),
    },
    ({ body }, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => {
        if (!reply.raw.writableEnded) gone.abort(new UnavailableError('nobody waits for the answer'));
      });
      return queries.ask({ ...body, signal: gone.signal });
    },
  );
}
