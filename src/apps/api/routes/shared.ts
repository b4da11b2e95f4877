/** Schemas and helpers that several routes share. */
import type { FastifyReply } from 'fastify';
import Type, { type TSchema } from 'typebox';
import type { ObjectType } from '#kernel/ids';
import { type Id, parseId } from '#kernel/ids';
import { PinViewSchema, type SavedPin } from '#services/pins/contract';

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

/** A save that is durable and has not reached its shard yet: there for its saver until `job` is done, then for all. */
const ProvisionalSaveSchema = Type.Object({
  status: Type.Literal('saved'),
  provisional: Type.Literal(true),
  /** The job that brings it there; `/api/jobs/:id` tells how it is going. */
  job: Type.String(),
  pin: PinViewSchema,
});

/** What a route that saves a pin says of itself: 201 with the pin, or 202 when it is provisional. */
export function describeSave(tag: string, summary: string, parts: Record<string, TSchema | undefined>) {
  const said = describe(tag, summary, parts, PinViewSchema, 201);
  return { ...said, response: { ...said.response, 202: ProvisionalSaveSchema } };
}

/** Answers a save. */
export function sendSaved(reply: FastifyReply, { job, ...pin }: SavedPin): FastifyReply {
  if (job === undefined) return reply.status(201).send(pin);
  return reply.status(202).send({ status: 'saved', provisional: true, job, pin });
}

/** The id in a path, checked for its type. An id that cannot exist is answered like one that does not. */
export function idParam(params: unknown, type: ObjectType): Id {
  return parseId((params as { id: string }).id, 'id', type);
}
