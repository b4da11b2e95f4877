/**
 * Backups of shards, and shards made again from a backup and the event log.
 *
 * A backup is a folder: a file a shard and `backup.json`, written last, which names them all. Every file is one shard
 * at one moment; what happened behind that moment is in the event log, which every change of the store goes through.
 */
import Type, { type Static } from 'typebox';
import type { Id, ObjectType } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';

/** The version of the format that this program writes; it reads this one only. */
export const formatVersion = 1;

const CountSchema = Type.Integer({ minimum: 0 });
const Sha256Schema = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** What a shard's outbox held: `from` is the first sequence that waited, `through` the last that was ever given out. */
export const OutboxSpanSchema = Type.Object({ from: CountSchema, through: CountSchema });
export type OutboxSpan = Static<typeof OutboxSpanSchema>;

/** A shard in a backup. */
export const ShardEntrySchema = Type.Object({
  shard: Type.Integer({ minimum: 0, maximum: 65_535 }),
  file: Type.String({ pattern: '^shard-[0-9]{5}\\.jsonl\\.zst$' }),
  /** Of the file. */
  bytes: CountSchema,
  sha256: Sha256Schema,
  rows: CountSchema,
  /** Milliseconds since the epoch: the file shows the shard as it was then, or a moment before. */
  at: CountSchema,
  outbox: OutboxSpanSchema,
});
export type ShardEntry = Static<typeof ShardEntrySchema>;

/** `backup.json`. A folder without it holds no whole backup. */
export const ManifestSchema = Type.Object({
  format: Type.Literal('pinakes-backup'),
  version: Type.Integer({ minimum: 1 }),
  /** When it was begun, ISO 8601. */
  takenAt: Type.String(),
  /** Which installation it is of. */
  source: Type.String(),
  shardCount: Type.Integer({ minimum: 1, maximum: 65_536 }),
  /** The count that claims are hashed over. */
  claimCount: Type.Integer({ minimum: 1, maximum: 65_536 }),
  shards: Type.Array(ShardEntrySchema),
});
export type Manifest = Static<typeof ManifestSchema>;

/** How to go about it. `onProgress` hears what is done, how far, and of how much. */
export interface BackupOptions {
  readonly onProgress?: ((label: string, done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a backup wrote. */
export interface BackupReport {
  readonly folder: string;
  readonly shards: number;
  readonly rows: number;
  readonly bytes: number;
  /** Shards that an earlier attempt had written. */
  readonly resumed: number;
}

/** What a look at a backup found. */
export interface VerifyReport {
  readonly shards: number;
  readonly rows: number;
  /** In words; empty when every file is whole and as it was written. */
  readonly problems: string[];
}

/** What to restore. */
export interface RestoreRequest {
  readonly folder: string;
  /** These shards, whatever they hold; all of them, into an installation that holds nothing, when left out. */
  readonly shards?: readonly number[] | undefined;
  /** Milliseconds since the epoch: what people did later is undone. Everything that the log holds when left out. */
  readonly until?: number | undefined;
}

/** What a restore did. */
export interface RestoreReport {
  readonly shards: number;
  /** Rows taken from the backup. */
  readonly rows: number;
  /** Commits taken from the event log. */
  readonly commits: number;
  /** Rows that were put back to what they were at `until`. */
  readonly undone: number;
  /** Objects and follows of which the event log knew nothing and is told now. */
  readonly told: number;
  /** What could not be made right, in words. */
  readonly problems: string[];
}

/** An edge on another shard than the object that it stands for: from `from` to the object. */
export interface Mirror {
  readonly mapping: string;
  readonly from: Id;
}

/** What the service is told of objects by those who own them. */
export interface ObjectKnowledge {
  /** The names that an object holds. */
  claims(type: ObjectType, data: JsonObject): { space: string; key: string }[];
  /** What events say of an object; null for types that have no events. */
  body(type: ObjectType, data: JsonObject): JsonObject | null;
  /** The edges that stand for an object elsewhere. */
  mirrors(type: ObjectType, data: JsonObject): Mirror[];
}

/** The backups service. */
export interface Backups {
  /**
   * Writes a backup into a folder, made when missing, while the shards are being written to. An interrupted one is gone
   * on with when it is asked for again with the same folder. Throws `ConflictError` when the folder holds anything else.
   */
  backup(folder: string, options?: BackupOptions): Promise<BackupReport>;
  /**
   * Makes shards again: the rows of the backup, then every change that the log holds behind them. All files are read and
   * checked before anything is touched. With `until`, what was done later is undone by changes of its own, which reach
   * everything derived as any other change does; credentials that ended meanwhile stay ended. Nobody else may use the
   * shards meanwhile: a shard that a restore was interrupted at is left sealed, and is restored again by name.
   * Throws `ConflictError` when shards hold something and are not named, `UnsupportedError` when the backup is damaged,
   * and `InvalidInputError` when `until` is before the backup.
   */
  restore(request: RestoreRequest, options?: BackupOptions): Promise<RestoreReport>;
}
