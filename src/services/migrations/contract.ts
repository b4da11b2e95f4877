/**
 * Migrations: shards moved from the engine that they live in to another, while people use them.
 *
 * A migration is known by its name and kept in the registry, whole, so that it goes on after a
 * restart where it was. It passes through phases; the next one begins on command, or by itself
 * when the migration was started so. docs/decisions/0016 says why nothing is lost on the way.
 */
import Type, { type Static } from 'typebox';
import type { BackendSpec } from '#engines/shards/topology';

const phases = [
  'shadow-read',
  'dual-write',
  'validate',
  'cutover',
  'backup',
  'finishing',
  'finished',
  'rolling-back',
  'rolled-back',
] as const;

/**
 * Where a migration is. `shadow-read`: the target answers samples of reads, nothing is written there. `dual-write`: rows
 * are copied and every later write follows them. `validate`: both sides are compared, over and over. `cutover`: shards
 * change engines, as many as the dial says. `backup`: all live in the target, the old side is kept in step.
 */
export type Phase = (typeof phases)[number];
/** A phase at the boundary. */
export const PhaseSchema = Type.Unsafe<Phase>(Type.Union(phases.map((phase) => Type.Literal(phase))));

/** Shards `from` to `through`, both included. */
export const SpanSchema = Type.Object({ from: Type.Integer(), through: Type.Integer() });
export type Span = Static<typeof SpanSchema>;

const stages = ['waiting', 'copying', 'following', 'moved'] as const;

/** How one shard does. */
export const ShardStatusSchema = Type.Object({
  shard: Type.Integer(),
  /** `waiting` to be copied, `copying`, `following` the writes; `moved`: it lives in the target, and the old side follows. */
  stage: Type.Unsafe<(typeof stages)[number]>(Type.Union(stages.map((stage) => Type.Literal(stage)))),
  /** Rows copied so far. */
  rows: Type.Integer(),
  /** Rows in all: an estimate until the shard is copied. */
  total: Type.Integer(),
  /** Full comparisons with the other side, and whether the last one found no difference. */
  passes: Type.Integer(),
  clean: Type.Boolean(),
  /** Differences found so far. */
  differences: Type.Integer(),
});
export type ShardStatus = Static<typeof ShardStatusSchema>;

/** How a migration does. */
export const MigrationStatusSchema = Type.Object({
  name: Type.String(),
  /** The name of the engine that shards move to. */
  to: Type.String(),
  phase: PhaseSchema,
  /** Whether the next phase begins by itself. */
  auto: Type.Boolean(),
  /** How many of a hundred shards are to live in the target. */
  percent: Type.Number(),
  /** Whether there is nothing left to do until somebody says so. */
  settled: Type.Boolean(),
  /** What keeps it from going on now; null when it runs well. */
  error: Type.Union([Type.String(), Type.Null()]),
  rows: Type.Integer(),
  total: Type.Integer(),
  moved: Type.Integer(),
  differences: Type.Integer(),
  shards: Type.Array(ShardStatusSchema),
});
export type MigrationStatus = Static<typeof MigrationStatusSchema>;

/** A row that was unlike on the two sides, although it was not being written. */
export const DifferenceSchema = Type.Object({
  shard: Type.Integer(),
  table: Type.String(),
  key: Type.Array(Type.Union([Type.String(), Type.Number()])),
  /** How the copy's row was. */
  what: Type.Union([Type.Literal('missing'), Type.Literal('extra'), Type.Literal('unequal')]),
  /** Milliseconds since the epoch. */
  at: Type.Integer(),
});
export type Difference = Static<typeof DifferenceSchema>;

const LatencySchema = Type.Object({
  reads: Type.Integer(),
  p50_ms: Type.Number(),
  p99_ms: Type.Number(),
});
export type LatencySummary = Static<typeof LatencySchema>;

/** What a migration did. Durations are in milliseconds. */
export const MigrationReportSchema = Type.Object({
  name: Type.String(),
  to: Type.String(),
  phase: PhaseSchema,
  shards: Type.Integer(),
  /** Rows and bytes of their values that were copied, later writes left out. */
  rows: Type.Integer(),
  bytes: Type.Integer(),
  /** Rows brought after by the journal. */
  followed: Type.Integer(),
  phases: Type.Array(Type.Object({ phase: PhaseSchema, at: Type.Integer(), ms: Type.Integer() })),
  /** Changes of engine, and how long writers of a shard waited for one. */
  cutovers: Type.Object({ count: Type.Integer(), p50_ms: Type.Number(), max_ms: Type.Number() }),
  /** Differences found, all of which were healed; the first thousand are listed. */
  found: Type.Integer(),
  healed: Type.Integer(),
  differences: Type.Array(DifferenceSchema),
  /** Reads and writes that an engine could not answer while it ran. */
  failed: Type.Integer(),
  /** Reads before anything was copied, and since. */
  before: LatencySchema,
  during: LatencySchema,
  /** Reads repeated on the other side. */
  shadow: Type.Object({
    answered: Type.Integer(),
    matched: Type.Integer(),
    different: Type.Integer(),
    failed: Type.Integer(),
    primary: LatencySchema,
    other: LatencySchema,
  }),
});
export type MigrationReport = Static<typeof MigrationReportSchema>;

/** What to move where. */
export interface MigrationRequest {
  /** A backend of the map by its name, or an engine to add to it. */
  readonly to: string | BackendSpec;
  /** Which shards; all when left out. Those that live in the target already are left alone. */
  readonly shards?: readonly Span[] | undefined;
  /** 1 to 40 of a-z, 0-9 and -; `move-1` and so on when left out. */
  readonly name?: string | undefined;
  /** Goes through the phases by itself, up to and including `backup`. */
  readonly auto?: boolean | undefined;
}

/**
 * The service. Where a name may be left out, the one migration that goes on is meant: `NotFoundError` when there is none,
 * `InvalidInputError` when there are several.
 */
export interface Migrations {
  /**
   * Begins a migration. Rejects with `ConflictError` when another one has some of the shards in hand or the target holds
   * data of theirs already, with `UnavailableError` when the target does not answer.
   */
  start(request: MigrationRequest): Promise<MigrationStatus>;
  /** All migrations, the newest first, each without its shards. */
  list(): Promise<MigrationStatus[]>;
  status(name?: string): Promise<MigrationStatus>;
  /**
   * Begins the next phase; with `percent` (0 to 100), sets the dial of `cutover`, up or down. Rejects with `ConflictError`
   * saying what is missing while the present phase is not done.
   */
  advance(name?: string, options?: { readonly percent?: number | undefined }): Promise<MigrationStatus>;
  /** Takes everything back, whichever phase it is in: shards that moved return with all that was written since. */
  rollback(name?: string): Promise<MigrationStatus>;
  /** Ends a migration in `backup`. With `drop` the old side is erased; else it stays as it is, and takes no writes. */
  finish(name?: string, options?: { readonly drop?: boolean | undefined }): Promise<MigrationStatus>;
  report(name?: string): Promise<MigrationReport>;
  /**
   * Resolves when there is nothing left to do until somebody says so; `onProgress` hears how it goes. Rejects with
   * `UnavailableError` when the service stops before.
   */
  settled(
    name: string | undefined,
    options?: {
      readonly signal?: AbortSignal | undefined;
      readonly onProgress?: ((status: MigrationStatus) => void) | undefined;
    },
  ): Promise<MigrationStatus>;
  /** Picks up what a restart interrupted; shards that were changing engines take writes again when it resolves. */
  open(): Promise<void>;
  /** Finishes the steps in hand; the rest goes on after the next `open`. */
  stop(): Promise<void>;
}
