/** The schema of changes in the log, by version. */
import Type from 'typebox';
import { IdSchema } from '#kernel/schema';

/** The version that is written. */
export const changeVersion = 1;

const nullable = <const T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const body = Type.Record(Type.String(), Type.Unknown());

const envelope = {
  /** Left out by the first events of all. */
  v: Type.Optional(Type.Literal(changeVersion)),
  at: Type.Number(),
  actor: nullable(IdSchema),
  shard: Type.Integer({ minimum: 0 }),
  sequence: Type.Integer({ minimum: 0 }),
};

/** What happened to an object or an edge. */
const ObjectChange = Type.Object({
  ...envelope,
  type: Type.String({ pattern: '^[a-z]+\\.(created|updated|removed)$' }),
  id: IdSchema,
  version: Type.Integer({ minimum: 0 }),
  body,
  before: nullable(body),
});

/** What the store adds, so that shards can be made again: of no interest to consumers. */
const StoreChange = Type.Object({ ...envelope, type: Type.Literal('store.changed') });

/** A value of the topic `changes`. More fields than these may be there. */
export const ChangeSchema = Type.Union([ObjectChange, StoreChange]);
