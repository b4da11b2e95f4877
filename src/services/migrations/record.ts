/** What the registry keeps of a migration: all that a restart needs. */
import Type, { type Static } from 'typebox';
import type { RowKey, TransferTable } from '#engines/shards/transfer';
import { DifferenceSchema, PhaseSchema } from './contract.ts';

/** Behind which row copying goes on. */
export interface Cursor {
  readonly table: TransferTable;
  readonly after: RowKey | undefined;
}

const CursorSchema = Type.Unsafe<Cursor>(
  Type.Object({ table: Type.String(), after: Type.Optional(Type.Unknown()) }),
);
const stages = ['waiting', 'copying', 'following'] as const;

/** One shard. Where it lives is not said here: the map of the shards alone knows. */
export const ShardRecordSchema = Type.Object({
  shard: Type.Integer(),
  /** The engine that it comes from. */
  from: Type.String(),
  stage: Type.Unsafe<(typeof stages)[number]>(Type.Union(stages.map((stage) => Type.Literal(stage)))),
  /** While copying; null: from the start. */
  cursor: Type.Union([CursorSchema, Type.Null()]),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  /** Objects at the start, and copied so far: what `total` is estimated from. */
  objects: Type.Integer(),
  copiedObjects: Type.Integer(),
  passes: Type.Integer(),
  clean: Type.Boolean(),
  differences: Type.Integer(),
});
export type ShardRecord = Static<typeof ShardRecordSchema>;

const BucketsSchema = Type.Unsafe<[number, number][]>(Type.Array(Type.Array(Type.Integer())));

/** One migration. */
export const MigrationRecordSchema = Type.Object({
  name: Type.String(),
  to: Type.String(),
  /** Whether the target was put on the map for this migration. */
  added: Type.Boolean(),
  phase: PhaseSchema,
  auto: Type.Boolean(),
  percent: Type.Number(),
  /** Whether `finishing` erases the old side. */
  drop: Type.Boolean(),
  error: Type.Union([Type.String(), Type.Null()]),
  /** When each phase began, in milliseconds since the epoch. */
  phases: Type.Array(Type.Object({ phase: PhaseSchema, at: Type.Integer() })),
  shards: Type.Array(ShardRecordSchema),
  followed: Type.Integer(),
  found: Type.Integer(),
  healed: Type.Integer(),
  failed: Type.Integer(),
  /** The first of the differences found. */
  differences: Type.Array(DifferenceSchema),
  shadow: Type.Object({
    answered: Type.Integer(),
    matched: Type.Integer(),
    different: Type.Integer(),
    failed: Type.Integer(),
  }),
  latencies: Type.Object({
    before: BucketsSchema,
    during: BucketsSchema,
    primary: BucketsSchema,
    other: BucketsSchema,
    cutovers: BucketsSchema,
  }),
});
export type MigrationRecord = Static<typeof MigrationRecordSchema>;

/** A migration that begins now. */
export function newRecord(
  { name, to, added, auto, at }: Pick<MigrationRecord, 'name' | 'to' | 'added' | 'auto'> & { at: number },
  shards: readonly ShardRecord[],
): MigrationRecord {
  return {
    name,
    to,
    added,
    phase: 'shadow-read',
    auto,
    percent: 0,
    drop: false,
    error: null,
    phases: [{ phase: 'shadow-read', at }],
    shards: [...shards],
    followed: 0,
    found: 0,
    healed: 0,
    failed: 0,
    differences: [],
    shadow: { answered: 0, matched: 0, different: 0, failed: 0 },
    latencies: { before: [], during: [], primary: [], other: [], cutovers: [] },
  };
}

/** A shard that nothing has been done with. */
export function newShardRecord(shard: number, from: string, objects: number): ShardRecord {
  return {
    shard,
    from,
    stage: 'waiting',
    cursor: null,
    rows: 0,
    bytes: 0,
    objects,
    copiedObjects: 0,
    passes: 0,
    clean: false,
    differences: 0,
  };
}

/** Whether a migration has ended. */
export function hasEnded({ phase }: Pick<MigrationRecord, 'phase'>): boolean {
  return phase === 'finished' || phase === 'rolled-back';
}
