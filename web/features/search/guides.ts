/** Words that lead on from a search: the tags that its best pins share, each in a colour of their pictures. */
import type { PinView } from '#services/pins/contract';

/** One way on. */
export interface Guide {
  readonly text: string;
  /** `#rrggbb`. */
  readonly colour: string;
}

const most = 10;

/** Tags of at least two pins, the most frequent first, without the searched words themselves. */
export function guidesOf(pins: readonly PinView[], words: string): Guide[] {
  const searched = new Set(words.toLowerCase().split(/\s+/));
  const found = new Map<string, { text: string; colour: string; count: number }>();
  for (const pin of pins) {
    for (const text of new Set(pin.tags)) {
      const key = text.toLowerCase();
      const known = found.get(key) ?? { text, colour: pin.picture.colour, count: 0 };
      if (!searched.has(key)) found.set(key, { ...known, count: known.count + 1 });
    }
  }
  return [...found.values()]
    .filter(({ count }) => count > 1 && count < pins.length)
    .sort((a, b) => b.count - a.count)
    .slice(0, most)
    .map(({ text, colour }) => ({ text, colour }));
}
