/**
 * The archive: what the event log held, for ever, in Parquet files that any analytical engine reads as they are.
 *
 * A file holds consecutive events of one partition of one topic, logged in one hour (UTC), and is named by them:
 * `topic=actions/dt=2026-11-26/hr=05/actions-3-00000000000000000100-00000000000000000199.parquet`. It begins where the last one
 * ended, and ends before the first event of another hour, at 500,000 events, or at 64 MiB of JSON, whichever comes first: what
 * is in it follows from where it begins, so that writing it again writes the same file under the same name. The last events
 * of a partition wait until their hour is over, unless they are asked for.
 *
 * An hour or so after an hour its small files become one, of all partitions, which is named by all its ranges:
 * `actions-merged-0_100_199-1_50_80.parquet`.
 *
 * Each event is in exactly one file: a file is whole before it has its name, only then the archiver's group commits the
 * offset behind it, and a file that was not committed is found by whoever takes the partition next, and adopted. Between the moment in which a merged file
 * is there and the one in which its parts are gone, milliseconds unless the process dies, files that another one holds whole do
 * not count.
 */
import Type, { type Static } from 'typebox';
import type { LoggedEvent } from '#engines/event-log/port';

/** The group whose offsets say how far the archive is: a topic that is `heldFor` it loses nothing that is not archived. */
export const archiveGroup = 'archive';

/** How far one topic is. */
const TopicStatusSchema = Type.Object({
  topic: Type.String(),
  /** Events in the archive. */
  archived: Type.Integer(),
  /** Events in the log that are not in the archive. */
  waiting: Type.Integer(),
  files: Type.Integer(),
  bytes: Type.Integer(),
});

/** How far the archive is. */
export const ArchiveStatusSchema = Type.Object({
  /** A folder or an address; null when the archive is turned off. */
  place: Type.Union([Type.String(), Type.Null()]),
  topics: Type.Array(TopicStatusSchema),
  /** Why the last run failed; null when it did not. */
  error: Type.Union([Type.String(), Type.Null()]),
});
export type ArchiveStatus = Static<typeof ArchiveStatusSchema>;

/** What a run did. */
export const ArchiveRunSchema = Type.Object({
  files: Type.Integer(),
  events: Type.Integer(),
  /** Files that an earlier run had written and not committed. */
  adopted: Type.Integer(),
  /** Files that an earlier run had left and that no event needs. */
  removed: Type.Integer(),
  /** Small files of hours long over that became part of larger ones. */
  merged: Type.Integer(),
});
export type ArchiveRun = Static<typeof ArchiveRunSchema>;

/** What a check of the archive found. */
export interface ArchiveVerification {
  readonly files: number;
  readonly events: number;
  /** Events that were compared with the log, which still has them. */
  readonly compared: number;
  /** What is wrong, a sentence each; none when every event is in exactly one file, as it was logged. */
  readonly problems: readonly string[];
}

/** Hears how far long work is. */
export type OnProgress = (label: string, done: number, total: number) => void;

/** Where to begin to read: at an offset, or at the first event logged at or after a moment (milliseconds since the epoch). */
export type ArchiveStart = { readonly offset: number } | { readonly at: number };

/** Offsets that are there without a gap: `next` is the first one behind them. */
export interface ArchiveExtent {
  readonly first: number;
  readonly next: number;
}

/** Files in a local folder. */
export interface ArchiveMirror {
  readonly folder: string;
  /** Those that hold each event once, by their names below the folder. A merge may take some away at any moment. */
  readonly names: readonly string[];
}

/** The archive service. Where it is turned off, all but `status` and `stop` throw `UnavailableError`. */
export interface Archive {
  /** Archives from time to time, in a process that lives only while there is something to write. */
  start(): void;
  status(): Promise<ArchiveStatus>;
  /**
   * Archives now what is due; with `open` also the events of the present hour. One run at a time in an installation's process;
   * others wait. Throws `UnavailableError` when the store or the process fails: what was committed stays.
   */
  run(options?: { readonly open?: boolean; readonly signal?: AbortSignal }): Promise<ArchiveRun>;
  /**
   * Proves that every offset is in exactly one file and that files are whole and, where the log still has their events, say the
   * same. With `quick`, only names, rows and what is committed.
   */
  verify(options?: {
    readonly quick?: boolean;
    readonly onProgress?: OnProgress;
    readonly signal?: AbortSignal;
  }): Promise<ArchiveVerification>;
  /**
   * Events of one partition in the order of the log, as they were logged, in pieces of some thousand; each once, passing over
   * what the archive does not have.
   */
  read(topic: string, partition: number, from: ArchiveStart): AsyncIterable<LoggedEvent[]>;
  /** What the archive holds of a partition; behind the last gap where files are missing; undefined when nothing. */
  extent(topic: string, partition: number): Promise<ArchiveExtent | undefined>;
  /** All files in a local folder, as they are now; those of a remote store are fetched first. */
  mirror(): Promise<ArchiveMirror>;
  /** Ends what runs; the next run goes on from there. */
  stop(): Promise<void>;
}
