/** Where a scroll is: the name of its seed and a place in its skeleton. */
import { decodeCursor, encodeCursor } from '#kernel/cursor';

/** A place in a feed. `seed` makes the skeleton again when it is forgotten. */
export interface FeedPlace {
  readonly seed: number;
  readonly place: number;
}

function isPair(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((part) => Number.isSafeInteger(part) && part >= 0)
  );
}

/** Packs a place. */
export function encodePlace({ seed, place }: FeedPlace): string {
  return encodeCursor([seed, place]);
}

// A forgotten skeleton must be grown again up to the place, so a forged one must not cost without bound.
const farthest = 20_000;

/** Unpacks a place; throws `InvalidInputError` for anything else. */
export function decodePlace(cursor: string): FeedPlace {
  const [seed, place] = decodeCursor(
    cursor,
    (value): value is [number, number] => isPair(value) && value[1] <= farthest,
  );
  return { seed, place };
}
