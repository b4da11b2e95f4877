/**
 * Lists in a file, little-endian: a tag; the mark; the ids, 8 bytes each, by number; then of each
 * list its name, its numbers (4 bytes each) and its scores (8 bytes each); last the CRC-32 of all
 * that. Texts and arrays follow their length in 4 bytes.
 */
import type { Columns } from './sorted-list.ts';

/** What a file begins with. */
export const tag = Buffer.from('PINLIST1');

/** All lists at one moment. */
export interface Snapshot {
  readonly mark: string;
  /** One above the highest number of an id. */
  readonly size: number;
  /** The id of each number. */
  readonly idOf: (number: number) => string;
  readonly lists: readonly { readonly name: string; readonly columns: Columns }[];
}
