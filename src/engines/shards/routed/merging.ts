/** Answers of several engines put together. */

/** One map of all entries; the first is added to, so that a single answer costs nothing. */
export function mergedMaps<K, V>([first = new Map(), ...others]: readonly Map<K, V>[]): Map<K, V> {
  for (const map of others) for (const [key, value] of map) first.set(key, value);
  return first;
}

/** Answers to parts of a list, put back in the order of the list. `places` holds each part's places in it. */
export function inOrder<T>(places: readonly (readonly number[])[], answers: readonly (readonly T[])[]): T[] {
  const all: T[] = [];
  for (const [part, at] of places.entries()) {
    for (const [i, place] of at.entries()) all[place] = answers[part]?.[i] as T;
  }
  return all;
}
