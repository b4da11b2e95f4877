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

/** What to recover. */
export interface RecoverRequest {
  /** Milliseconds since the epoch: how far back to read the event log; the moment of the copy that a database came back from, or earlier. */
  readonly since: number;
  /** These shards; all when left out. */
  readonly shards?: readonly number[] | undefined;
  /** Only tells what would be done. */
  readonly dryRun?: boolean | undefined;
}

/** What became of one shard, or would become. Sequences number a shard's events, and times are milliseconds since the epoch. */
export interface ShardRecovery {
  readonly shard: number;
  /**
   * `whole`: nothing was missing. `recovered`: everything is there again. `incomplete`: what the log holds is there, and
   * that is not all. `refused`: it was left as it is; `problems` say why. `unchecked`: the log says nothing of it since then,
   * and might further back, or have done where events are kept nowhere any more.
   */
  readonly outcome: 'whole' | 'recovered' | 'incomplete' | 'refused' | 'unchecked';
  /** The last event that it held; 0 when it was empty. */
  readonly held: number;
  /** When that was; null when the part of the log that was read does not hold it. */
  readonly heldUntil: number | null;
  /** When the last event was that it holds now; null when nothing was applied. */
  readonly recoveredUntil: number | null;
  /** Events and commits that were applied. */
  readonly events: number;
  readonly commits: number;
  /** Events of the log, of those that were read, that it held already. */
  readonly alreadyThere: number;
  /** Objects that were newer than what the log makes of them, and stayed so. */
  readonly newer: number;
  /** Events that were missing and that no log holds. */
  readonly missing: number;
  /** Changes that could not be done since what they need is among those. */
  readonly lost: number;
  /** Pictures that it speaks of again, and those of them whose files are gone. */
  readonly pictures: number;
  readonly picturesMissing: number;
  readonly problems: string[];
}

/** What a recovery did, or would do. */
export interface RecoverReport {
  readonly dryRun: boolean;
  readonly since: number;
  readonly shards: ShardRecovery[];
  /** Saves that were acknowledged and wait in the job queue for their shards: they arrive by themselves when the server runs. */
  readonly waitingSaves: number;
  /** What could not be made right, in words, of no shard in particular. */
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
  /** The keys of the blobs that an object is nothing without. */
  blobs(type: ObjectType, data: JsonObject): string[];
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
  /**
   * Brings shards up to date that came back from an older copy of their database, or that are empty since theirs was lost: what
   * the log holds behind the last event of each is done again. Again changes nothing, and an interrupted one is gone on
   * with by asking again. Nobody else may use the shards meanwhile, and nobody may have written to them since they came back:
   * a shard of which the log tells two stories is left as it is. Throws `InvalidInputError` for a shard that there is not.
   */
  recover(request: RecoverRequest, options?: BackupOptions): Promise<RecoverReport>;
}
