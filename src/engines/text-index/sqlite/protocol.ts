/** Messages between the adapter and the thread that holds the database. */
import type { Durability } from '#kernel/sqlite';
import type { TextIndex } from '../port.ts';

/** Calls by the names of the port's methods. */
export type Method = keyof TextIndex;

/** A call. Numbers are unique within a thread's life. */
export interface Call<M extends Method = Method> {
  readonly number: number;
  readonly method: M;
  readonly parameters: Parameters<TextIndex[M]>;
}

/** What a call came to; the thread's first answer has number 0 and tells whether the file could be opened. */
export type Answer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly error: string };

/** What the thread starts with. */
export interface Start {
  readonly path: string;
  readonly durability: Durability;
}
