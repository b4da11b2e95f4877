import type { FastifyInstance } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import { MigrationReportSchema, MigrationStatusSchema } from '#services/migrations/contract';
import type { ApiDeps } from '../deps.ts';
import { requireOwner } from '../session.ts';
import { describe, NameParamsSchema } from './shared.ts';

const path = '/api/operations/migrations';
const AdvanceSchema = Type.Object({
  percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
});
const FinishSchema = Type.Object({ drop: Type.Optional(Type.Boolean()) });

/** Parts of a request to one migration. */
interface Named<Body = unknown> {
  readonly Params: { readonly name: string };
  readonly Body: Body;
}

function readingRoutes(server: FastifyInstance, { services: { migrations } }: ApiDeps): void {
  const described = (summary: string, answer: TSchema, params?: TSchema) => ({
    onRequest: requireOwner,
    schema: describe('operations', `${summary} (owner)`, { params }, answer),
  });
  server.get(
    path,
    described(
      'All migrations without their shards, the newest first',
      Type.Object({ items: Type.Array(MigrationStatusSchema) }),
    ),
    async () => ({ items: await migrations.list() }),
  );
  server.get<Named>(
    `${path}/:name`,
    described('How a migration does, shard by shard', MigrationStatusSchema, NameParamsSchema),
    ({ params }) => migrations.status(params.name),
  );
  server.get<Named>(
    `${path}/:name/report`,
    described('What a migration did so far', MigrationReportSchema, NameParamsSchema),
    ({ params }) => migrations.report(params.name),
  );
}

function directingRoutes(server: FastifyInstance, { services: { migrations } }: ApiDeps): void {
  const described = (summary: string, body?: typeof AdvanceSchema | typeof FinishSchema) => ({
    onRequest: requireOwner,
    schema: describe(
      'operations',
      `${summary} (owner)`,
      { params: NameParamsSchema, body },
      MigrationStatusSchema,
    ),
  });
  server.post<Named<Static<typeof AdvanceSchema>>>(
    `${path}/:name/advance`,
    described('Begin the next phase, or turn the dial of the cutover', AdvanceSchema),
    ({ params, body }) => migrations.advance(params.name, body),
  );
  server.post<Named>(`${path}/:name/rollback`, described('Take everything back'), ({ params }) =>
    migrations.rollback(params.name),
  );
  server.post<Named<Static<typeof FinishSchema>>>(
    `${path}/:name/finish`,
    described('End a migration, erasing the old side when told so', FinishSchema),
    ({ params, body }) => migrations.finish(params.name, body),
  );
}

/** Live migrations, watched and directed by the owner. */
export function migrationRoutes(server: FastifyInstance, deps: ApiDeps): void {
  readingRoutes(server, deps);
  directingRoutes(server, deps);
}
