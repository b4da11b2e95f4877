/** A write made ready: SQL that stands for itself, to share a transaction with others of its shard. */
import type { Id } from '#kernel/ids';
import type { RowName } from '../transfer.ts';
import type { Answer } from './link.ts';

/** One write. It may be carried out again when its transaction was undone. */
export interface Write<T> {
  /** Tables that must be there. */
  readonly tables: readonly string[];
  readonly statements: readonly string[];
  /** Events for the outbox, as JSON. */
  readonly events?: readonly string[];
  /** Whether a sealed shard lets it through. */
  readonly passesSeals?: boolean;
  /** What its caller is told, from what its statements did. Throws a domain error when it must not be: then it is undone. */
  readonly answer: (answers: readonly Answer[]) => T;
  /** The rows that it touched, events left out. */
  readonly touched: (answers: readonly Answer[]) => RowName[];
}

/** One step of a commit. */
export interface Step {
  readonly table: string;
  readonly statements: readonly string[];
  readonly name: RowName;
  /** Notes new versions. Throws when an expectation failed. */
  readonly check: (answers: readonly Answer[], versions: Map<Id, number>) => void;
}
