/**
 * Exports: everything of one's own as one ZIP, to take away or to import elsewhere.
 *
 * It holds `profile.json`, `boards.jsonl`, `pictures/` with every picture once, and `metadata.jsonl` with a line for each pin,
 * both as `pinakes import --board-by category` reads them; `summary.json`, written last, counts what is in it. Pictures that
 * the person brought are as they came; others', which may tell where a photo was taken, are without their metadata.
 */
import type { Readable } from 'node:stream';
import Type, { type Static } from 'typebox';
import type { Actor } from '#kernel/actor';
import type { JobHandler } from '#services/jobs/contract';

const none = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);

/** How a person's export is. */
export const ExportViewSchema = Type.Object({
  state: Type.Union(
    (['none', 'pending', 'running', 'ready', 'failed'] as const).map((state) => Type.Literal(state)),
  ),
  /** Pins that are in it, and how many there are; 0 until it runs. */
  done: Type.Integer(),
  total: Type.Integer(),
  /** Of the file, where one is ready; an older one is kept while a new one is made. */
  bytes: none(Type.Integer()),
  /** When the ready one was begun, and when it is removed, in milliseconds since the epoch. */
  createdAt: none(Type.Number()),
  expiresAt: none(Type.Number()),
  /** Why the last one failed, in words. */
  error: none(Type.String()),
});
/** The same, typed by its states. */
export type ExportView = Omit<Static<typeof ExportViewSchema>, 'state'> & {
  readonly state: 'none' | 'pending' | 'running' | 'ready' | 'failed';
};

/** A ready export. */
export interface ExportFile {
  /** What to call it. */
  readonly name: string;
  /** Differs from that of every other one. */
  readonly tag: string;
  readonly bytes: number;
  open(range?: { start: number; end: number }): Promise<Readable>;
}

/** What went into an export. */
export interface ExportSummary {
  readonly boards: number;
  readonly pins: number;
  readonly pictures: number;
  /** Pins whose pictures have no bytes here any more. */
  readonly missing: number;
}

/** How to write one at once. `onProgress` hears of pins done and in all. */
export interface ExportOptions {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The exports service: for signed-in people, each of their own alone. Strangers get `UnauthenticatedError`. */
export interface Exports {
  /** Begins an export by a job; one that is under way is that one. */
  start(actor: Actor): Promise<ExportView>;
  latest(actor: Actor): Promise<ExportView>;
  /** The ready one; throws `NotFoundError` when there is none, or its seven days are over. */
  open(actor: Actor): Promise<ExportFile>;
  /** Removes what is ready. */
  remove(actor: Actor): Promise<void>;
  /** Writes an export to a local file, which appears when it is whole. Throws `ConflictError` when the file is there. */
  write(actor: Actor, file: string, options?: ExportOptions): Promise<ExportSummary>;
  /** The handlers of the export jobs, to be registered with `Jobs.handle`. */
  handlers(): JobHandler[];
}
