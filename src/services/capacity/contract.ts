/** Capacity: how full the shards are, and how many servers will be needed when. */
import Type, { type Static } from 'typebox';

/** Everything that a plan is made from. */
export const PlanInputSchema = Type.Object({
  /** People now. */
  people: Type.Integer({ minimum: 1, maximum: 1e10 }),
  /** Pins now, all together. */
  pins: Type.Integer({ minimum: 0, maximum: 1e13 }),
  /** Growth of people and pins, per cent a month. */
  growth: Type.Number({ minimum: 0, maximum: 100 }),
  /** How far to look ahead. */
  months: Type.Integer({ minimum: 1, maximum: 120 }),
  /** A pin's bytes in one copy of the store: objects, edges, claims, indexes and outbox. */
  bytesPerPin: Type.Number({ minimum: 50, maximum: 1e6 }),
  /** A pin's bytes among the blobs: original and derivatives. */
  pictureBytesPerPin: Type.Number({ minimum: 0, maximum: 1e9 }),
  /** Transactions a person a day. The save of a new picture is five. */
  writesPerPerson: Type.Number({ minimum: 0, maximum: 1e5 }),
  /** Reads a person a day, of 25 objects each, that no cache answers. */
  readsPerPerson: Type.Number({ minimum: 0, maximum: 1e6 }),
  /** The busiest second over the average one. */
  peak: Type.Number({ minimum: 1, maximum: 100 }),
  /** The fullest shard over the average one. */
  skew: Type.Number({ minimum: 1, maximum: 100 }),
  /** Disk of one server for its shards. */
  diskBytes: Type.Number({ minimum: 1e9, maximum: 1e15 }),
  /** Transactions that one server can do. */
  writesPerSecond: Type.Number({ minimum: 1, maximum: 1e7 }),
  /** Reads of 25 objects that one server can do. */
  readsPerSecond: Type.Number({ minimum: 1, maximum: 1e8 }),
  /** How much of these limits may be used, per cent. */
  fill: Type.Number({ minimum: 10, maximum: 100 }),
  /** Copies of every server; they answer reads as well. */
  replicas: Type.Integer({ minimum: 0, maximum: 8 }),
  /** Virtual shards. */
  shards: Type.Integer({ minimum: 1, maximum: 65_536 }),
});
export type PlanInput = Static<typeof PlanInputSchema>;

/** A field of the input. */
export type PlanField = keyof PlanInput;

/** What is asked for. What is left out comes from the live system, from measured rates, or with the program. */
export const PlanRequestSchema = Type.Object(
  {
    ...Type.Partial(PlanInputSchema).properties,
    /** Instead of `pins`. */
    pinsPerPerson: Type.Optional(Type.Number({ minimum: 0, maximum: 1e6 })),
  },
  { additionalProperties: false },
);
export type PlanRequest = Static<typeof PlanRequestSchema>;

const LimitSchema = Type.Union([Type.Literal('disk'), Type.Literal('writes'), Type.Literal('reads')]);
/** What a server runs out of first. */
export type Limit = Static<typeof LimitSchema>;

/** Shards `from` to `through`, both included, and the server that they live on. */
export const ServerRangeSchema = Type.Object({
  from: Type.Integer(),
  through: Type.Integer(),
  server: Type.String(),
});
export type ServerRange = Static<typeof ServerRangeSchema>;

/** What there is at one time. Rates are those of the busiest second, bytes those of one copy of the store. */
export const LoadSchema = Type.Object({
  people: Type.Number(),
  pins: Type.Number(),
  bytes: Type.Number(),
  writesPerSecond: Type.Number(),
  readsPerSecond: Type.Number(),
});
export type Load = Static<typeof LoadSchema>;

/** One month's need. `at` is in milliseconds since the epoch. */
export const MonthSchema = Type.Object({
  month: Type.Integer(),
  at: Type.Number(),
  ...LoadSchema.properties,
  /** All copies of the store. */
  storeBytes: Type.Number(),
  pictureBytes: Type.Number(),
  /** The fewest servers, without replicas, that carry it. */
  needed: Type.Integer(),
  /** Those that there are by the splits; never fewer than `needed`. */
  servers: Type.Integer(),
  /** What binds. */
  limit: LimitSchema,
  /** How much of that limit the fullest server uses; 1 is all that `fill` allows. */
  fullest: Type.Number(),
});
export type Month = Static<typeof MonthSchema>;

/** A server gives some of its shards to a new one, at the latest when `limit` is reached. */
export const SplitSchema = Type.Object({
  /** Months from now. */
  month: Type.Number(),
  at: Type.Number(),
  server: Type.String(),
  limit: LimitSchema,
  to: Type.String(),
  moved: Type.Array(Type.Object({ from: Type.Integer(), through: Type.Integer() })),
});
export type Split = Static<typeof SplitSchema>;

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** The plan. */
export const PlanSchema = Type.Object({
  /** A power of two: on its servers at the horizon are 16 shards each or more, so that moves stay small. */
  recommendedShards: Type.Integer(),
  /** One average shard. */
  shard: Type.Object({ now: LoadSchema, horizon: LoadSchema }),
  /** What one server carries at most, replicas of it included. */
  server: Type.Object({
    bytes: Type.Number(),
    writesPerSecond: Type.Number(),
    readsPerSecond: Type.Number(),
  }),
  months: Type.Array(MonthSchema),
  /** In order of time, the first 500. */
  splits: Type.Array(SplitSchema),
  splitCount: Type.Integer(),
  /** The ranges map now and after each month in which it changes, 24 maps at most, none with over 512 ranges. */
  maps: Type.Array(
    Type.Object({ month: Type.Integer(), at: Type.Number(), ranges: Type.Array(ServerRangeSchema) }),
  ),
  /** When the fullest shard alone is too much for a server; null within the horizon's reach. More shards are needed before. */
  outgrown: Nullable(Type.Object({ month: Type.Number(), at: Type.Number(), limit: LimitSchema })),
  /** Headroom of ids at the horizon: shares of 65,536 shards and of 2^36 local ids on the fullest shard. */
  ids: Type.Object({
    shardShare: Type.Number(),
    localShare: Type.Number(),
    /** Months until a shard has given out its last id; null when pins do not grow or it takes over a century. */
    exhausted: Nullable(Type.Number()),
  }),
});
export type Plan = Static<typeof PlanSchema>;

/** What a machine was measured to do. */
export const RatesSchema = Type.Object({
  /** Milliseconds since the epoch. */
  at: Type.Number(),
  /** Processor, cores, system, Node.js. */
  machine: Type.String(),
  /** Whether writes survived a loss of power. */
  durability: Type.Union([Type.Literal('power'), Type.Literal('process')]),
  /** Transactions of saves. */
  writesPerSecond: Type.Number({ minimum: 1 }),
  /** Reads of 25 objects. */
  readsPerSecond: Type.Number({ minimum: 1 }),
  bytesPerPin: Type.Number({ minimum: 1 }),
});
export type Rates = Static<typeof RatesSchema>;

const SourceSchema = Type.Union([
  /** By whoever asks. */
  Type.Literal('given'),
  /** By the live system. */
  Type.Literal('live'),
  /** On this machine, by `pinakes shards plan --measure`. */
  Type.Literal('measured'),
  /** Comes with the program. */
  Type.Literal('shipped'),
  /** By the plan itself. */
  Type.Literal('recommended'),
]);
/** Where a figure comes from. */
export type Source = Static<typeof SourceSchema>;

/** A plan, what it was made from, and where each figure of that came from. */
export const PlannedSchema = Type.Object({
  input: PlanInputSchema,
  sources: Type.Record(Type.String(), SourceSchema),
  rates: RatesSchema,
  plan: PlanSchema,
});
/** A plan, what it was made from, and where each figure of that came from. */
export interface Planned extends Static<typeof PlannedSchema> {
  readonly sources: Record<PlanField, Source>;
}

/** One shard's contents. `isExact`: counted one by one, else some per cent off at most. */
export const ShardCountSchema = Type.Object({
  shard: Type.Integer(),
  server: Type.String(),
  people: Type.Integer(),
  boards: Type.Integer(),
  pins: Type.Integer(),
  bytes: Type.Number(),
  isExact: Type.Boolean(),
  /** Why it could not be asked; its counts are 0 then. */
  problem: Nullable(Type.String()),
});
export type ShardCount = Static<typeof ShardCountSchema>;

/** How unevenly something lies on the shards. */
export const SkewSchema = Type.Object({
  total: Type.Number(),
  mean: Type.Number(),
  max: Type.Number(),
  /** 1 when even; 0 when there is nothing. */
  maxOverMean: Type.Number(),
  /** Gini coefficient: 0 when even, towards 1 when one shard has it all. */
  gini: Type.Number(),
  /** The fullest shards, five at most, empty ones left out. */
  top: Type.Array(Type.Integer()),
});
export type Skew = Static<typeof SkewSchema>;

/** The live system. */
export const LiveSchema = Type.Object({
  /** When it was counted. */
  at: Type.Number(),
  count: Type.Integer(),
  servers: Type.Array(Type.Object({ name: Type.String(), kind: Type.String() })),
  ranges: Type.Array(ServerRangeSchema),
  shards: Type.Array(ShardCountSchema),
  skew: Type.Object({ people: SkewSchema, boards: SkewSchema, pins: SkewSchema, bytes: SkewSchema }),
});
export type Live = Static<typeof LiveSchema>;

/** The capacity service. What it tells is for whoever runs the installation: its callers check that. */
export interface Capacity {
  /** Counts of every shard, the map and the skew. Up to a minute old. Cost: milliseconds a shard when counted anew. */
  live(): Promise<Live>;
  /** Plans ahead from now. Throws `InvalidInputError` naming field and limit. Cost: milliseconds; half a second of tens of thousands of servers. */
  plan(request: PlanRequest): Promise<Planned>;
}
