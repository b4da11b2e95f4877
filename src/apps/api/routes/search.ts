import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { type PageRequest, PageSchema } from '#kernel/schema';
import { PinViewSchema } from '#services/pins/contract';
import { SearchAnswerSchema, SuggestionSchema } from '#services/search/contract';
import { acting } from '../acting.ts';
import { collectBytes } from '../collect.ts';
import type { ApiDeps } from '../deps.ts';
import { uploadedFile } from '../upload.ts';
import { type CropQuery, CropQuerySchema, cropOf } from './crop.ts';
import { describe, IdParamsSchema, idParam, PageQuerySchema } from './shared.ts';

const words = Type.String({ minLength: 1, maxLength: 200 });
const WordsQuerySchema = Type.Object({ q: words, ...PageQuerySchema.properties });
const SuggestQuerySchema = Type.Object({
  q: words,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
});
const LimitQuerySchema = Type.Object({ limit: PageQuerySchema.properties.limit });

function wordRoutes(server: FastifyInstance, { services: { search, actions } }: ApiDeps): void {
  server.get<{ Querystring: PageRequest & { q: string } }>(
    '/api/search',
    { schema: describe('search', 'Search by words', { querystring: WordsQuerySchema }, SearchAnswerSchema) },
    async (request) => {
      const { q, cursor } = request.query;
      const found = await search.words(request.viewer, q, request.query);
      const facts = { kind: 'words', query: q, pinId: null, results: found.pins.length } as const;
      if (cursor === undefined) actions.record({ type: 'search', ...acting(request), ...facts });
      return found;
    },
  );
  server.get<{ Querystring: { q: string; limit?: number } }>(
    '/api/search/suggest',
    {
      schema: describe(
        'search',
        'Complete what is being typed',
        { querystring: SuggestQuerySchema },
        Type.Object({ items: Type.Array(SuggestionSchema) }),
      ),
    },
    async (request) => ({
      items: await search.suggest(request.viewer, request.query.q, request.query.limit ?? 8),
    }),
  );
}

/** Search by words, by an uploaded picture, by a pin or a part of it. */
export function searchRoutes(server: FastifyInstance, deps: ApiDeps): void {
  wordRoutes(server, deps);
  const { search, actions } = deps.services;
  server.post<{ Querystring: { limit?: number } }>(
    '/api/search/picture',
    {
      schema: {
        ...describe(
          'search',
          'Search by a picture (multipart, field `file`)',
          { querystring: LimitQuerySchema },
          PageSchema(PinViewSchema),
        ),
        consumes: ['multipart/form-data'],
      },
    },
    async (request) => {
      const bytes = await collectBytes(await uploadedFile(request), deps.config.limits.bytes);
      const found = await search.picture(request.viewer, { bytes }, request.query.limit ?? 50);
      const facts = { kind: 'picture', query: null, pinId: null, results: found.length } as const;
      actions.record({ type: 'search', ...acting(request), ...facts });
      return { items: found.map(({ pin }) => pin), cursor: null };
    },
  );
  server.get<{ Querystring: PageRequest & CropQuery }>(
    '/api/pins/:id/similar',
    {
      schema: describe(
        'search',
        'Pins that look like a pin or a part of it',
        {
          params: IdParamsSchema,
          querystring: Type.Object({ ...CropQuerySchema.properties, ...PageQuerySchema.properties }),
        },
        PageSchema(PinViewSchema),
      ),
    },
    async (request) => {
      const [pinId, crop] = [idParam(request.params, 'pin'), cropOf(request.query)];
      const page = await search.picturePage(request.viewer, { pinId, crop }, request.query);
      const facts = { kind: crop ? 'crop' : 'pin', query: null, pinId, results: page.items.length } as const;
      if (request.query.cursor === undefined)
        actions.record({ type: 'search', ...acting(request), ...facts });
      return page;
    },
  );
}
