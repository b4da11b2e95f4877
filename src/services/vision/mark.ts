/** What is written into an index with its checkpoint: how far the consumer was, and the last version given out. */
import Type, { type Static } from 'typebox';
import { check } from '#kernel/schema';

const MarkSchema = Type.Object({
  consumer: Type.Union([Type.String(), Type.Null()]),
  version: Type.Integer({ minimum: 0 }),
});

/** A checkpoint's mark. */
export type Mark = Static<typeof MarkSchema>;

/** Reads a mark; a new index starts from nothing. */
export function markFrom(text: string | undefined): Mark {
  return text === undefined ? { consumer: null, version: 0 } : check(MarkSchema, JSON.parse(text), 'mark');
}

/** Writes a mark. */
export function markText(mark: Mark): string {
  return JSON.stringify(mark);
}
