/** What the two threads say to each other. Numbers travel in flat arrays whose memory is handed over, not copied. */
import type { Id } from '#kernel/ids';
import type { VectorQuery, VectorRemoval } from '../port.ts';

/** Queries without their vectors, which lie one after another, at unit length, in `vectors`. */
export interface QueryBatch {
  readonly queries: readonly Omit<VectorQuery, 'vector'>[];
  readonly vectors: Float32Array;
}

/** Matches of all queries of a batch, one query after another; `counts` says how many are whose. */
export interface MatchBatch {
  readonly keys: BigUint64Array;
  readonly scores: Float32Array;
  readonly counts: Uint32Array;
}

/** Entries by column; vectors as in `QueryBatch`. */
export interface EntryBatch {
  readonly keys: readonly Id[];
  readonly versions: readonly number[];
  readonly audiences: readonly (readonly string[])[];
  readonly vectors: Float32Array;
}

/** Vectors that were found, one after another, in the order of their keys. */
export interface VectorBatch {
  readonly keys: readonly Id[];
  readonly vectors: Float32Array;
}

/** Each command with its argument and its answer. */
export interface Commands {
  nearest: [QueryBatch, MatchBatch];
  upsert: [EntryBatch, undefined];
  remove: [readonly VectorRemoval[], undefined];
  get: [readonly Id[], VectorBatch];
  size: [undefined, number];
  checkpoint: [string, undefined];
  mark: [undefined, string | undefined];
  clear: [undefined, undefined];
  close: [undefined, undefined];
}

/** The name of a command. */
export type CommandName = keyof Commands;

/** A command on its way to the worker. */
export interface Request<Name extends CommandName = CommandName> {
  readonly id: number;
  readonly name: Name;
  readonly argument: Commands[Name][0];
}

/** The worker's answer to the request of the same id. */
export type Response =
  | { readonly id: number; readonly ok: true; readonly answer: Commands[CommandName][1] }
  | { readonly id: number; readonly ok: false; readonly error: Error };

/** The worker's first message: what it could not use of the files that it found. */
export interface Opened {
  readonly warning: string | undefined;
}

/** What the worker is started with. */
export interface WorkerOptions {
  readonly folder: string;
  readonly dimensions: number;
}
