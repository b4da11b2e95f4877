/** Schemas and helpers that several routes share. */
import Type, { type TSchema } from 'typebox';
import type { ObjectType } from '#kernel/ids';
import { type Id, parseId } from '#kernel/ids';

/** `?cursor=&limit=`. */
export const PageQuerySchema = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 2000 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
});

/** `/:id`. */
export const IdParamsSchema = Type.Object({ id: Type.String() });

/** `/:name`. */
export const NameParamsSchema = Type.Object({ name: Type.String({ maxLength: 100 }) });

const ErrorSchema = Type.Object({
  error: Type.Object({ code: Type.String(), message: Type.String(), field: Type.Optional(Type.String()) }),
});

/** What a route says of itself in the OpenAPI document, errors included. */
export function describe(
  tag: string,
  summary: string,
  parts: Record<string, TSchema | undefined>,
  answer?: TSchema,
  status = 200,
) {
  const { params, querystring, body } = parts;
  return {
    tags: [tag],
    summary,
    ...(params && { params }),
    ...(querystring && { querystring }),
    ...(body && { body }),
    response: { [status]: answer ?? Type.Null(), '4xx': ErrorSchema, '5xx': ErrorSchema },
  };
}

/** The id in a path, checked for its type. An id that cannot exist is answered like one that does not. */
export function idParam(params: unknown, type: ObjectType): Id {
  return parseId((params as { id: string }).id, 'id', type);
}
