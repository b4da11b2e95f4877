import { useMemo } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { PinView } from '#services/pins/contract';
import { guidesOf } from './guides.ts';

/** A search and what it found first. */
export interface GuideChipsProps {
  readonly words: string;
  readonly pins: readonly PinView[];
}

/** Words that narrow the search, tinted like their pictures. */
export function GuideChips({ words, pins }: GuideChipsProps) {
  const guides = useMemo(() => guidesOf(pins, words), [pins, words]);
  if (guides.length === 0) return null;
  return (
    <nav class="guides" aria-label="Narrow the search">
      {guides.map(({ text, colour }) => (
        <Link
          key={text}
          class="guide"
          style={`--tint:${colour}`}
          href={`/search?q=${encodeURIComponent(`${words} ${text}`)}`}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
