import type { FastifyInstance } from 'fastify';
import type { Services } from '#apps/services';
import type { Actor } from '#kernel/actor';
import { type PageRequest, PageSchema } from '#kernel/schema';
import { type PersonView, PersonViewSchema } from '#services/accounts/contract';
import { BoardViewSchema } from '#services/boards/contract';
import { PinViewSchema } from '#services/pins/contract';
import type { ApiDeps } from '../deps.ts';
import { describe, NameParamsSchema, PageQuerySchema } from './shared.ts';

/** A person's page: profile, follow state, and the counts that the viewer may know. */
export async function personView(services: Services, viewer: Actor, name: string): Promise<PersonView> {
  const id = await services.accounts.idByName(name);
  const [profile, followed, counts] = await Promise.all([
    services.accounts.profile(id),
    services.follows.followed(viewer, [id]),
    services.pins.counts(viewer, id),
  ]);
  const mine = viewer.kind === 'person' && viewer.userId === id;
  return { ...profile, counts, followed: followed.has(id), mine };
}

/** People's pages. */
export function profileRoutes(server: FastifyInstance, { services }: ApiDeps): void {
  const { accounts, boards, pins } = services;
  server.get<{ Params: { name: string } }>(
    '/api/users/:name',
    { schema: describe('people', 'A person', { params: NameParamsSchema }, PersonViewSchema) },
    (request) => personView(services, request.viewer, request.params.name),
  );
  server.get<{ Params: { name: string }; Querystring: PageRequest }>(
    '/api/users/:name/boards',
    {
      schema: describe(
        'people',
        "A person's boards",
        { params: NameParamsSchema, querystring: PageQuerySchema },
        PageSchema(BoardViewSchema),
      ),
    },
    async (request) =>
      boards.byOwner(request.viewer, await accounts.idByName(request.params.name), request.query),
  );
  server.get<{ Params: { name: string }; Querystring: PageRequest }>(
    '/api/users/:name/pins',
    {
      schema: describe(
        'people',
        "A person's pins",
        { params: NameParamsSchema, querystring: PageQuerySchema },
        PageSchema(PinViewSchema),
      ),
    },
    async (request) =>
      pins.byOwner(request.viewer, await accounts.idByName(request.params.name), request.query),
  );
}
