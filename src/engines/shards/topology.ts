/** Which engine serves which shard: the map that the registry keeps under `shards`, and the rules it obeys. */
import Type, { type Static } from 'typebox';

const NameSchema = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });
const UrlSchema = Type.String({ maxLength: 500, pattern: '^mysql://' });

/** An engine: a folder of SQLite files, a MySQL or MariaDB primary with its replicas, or a TiDB cluster. */
export const BackendSchema = Type.Union([
  Type.Object({ kind: Type.Literal('sqlite'), folder: Type.String({ maxLength: 1000 }) }),
  Type.Object({
    kind: Type.Literal('mysql'),
    primary: UrlSchema,
    replicas: Type.Array(UrlSchema, { maxItems: 8 }),
    /** Which server the primary is, noted when it was promoted; whoever else answers there is not written to. */
    serverId: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  Type.Object({ kind: Type.Literal('tidb'), url: UrlSchema }),
]);
export type BackendSpec = Static<typeof BackendSchema>;

/** Shards `from` to `through`, both included, and the engine that they live in. */
export const ShardRangeSchema = Type.Object({
  from: Type.Integer({ minimum: 0, maximum: 65_535 }),
  through: Type.Integer({ minimum: 0, maximum: 65_535 }),
  backend: NameSchema,
});
export type ShardRange = Static<typeof ShardRangeSchema>;

/**
 * The map. Ranges are sorted, cover every shard from 0 to `count - 1` once, and neighbours of one engine are one range.
 * `claimCount` is the count that claims are hashed over: that of the installation's first day, since a claim never moves
 * to another shard.
 */
export const TopologySchema = Type.Object({
  count: Type.Integer({ minimum: 1, maximum: 65_536 }),
  claimCount: Type.Integer({ minimum: 1, maximum: 65_536 }),
  backends: Type.Record(NameSchema, BackendSchema),
  ranges: Type.Array(ShardRangeSchema),
});
export type Topology = Static<typeof TopologySchema>;
