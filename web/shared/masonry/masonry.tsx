import { useEffect, useRef } from 'preact/hooks';
import type { PinView } from '#services/pins/contract';
import { Tile } from '../pin/tile.tsx';
import { useOpenPin } from '../pin/use-open-pin.ts';
import { useLatest } from '../ui/use-latest.ts';
import { type More, MoreNote } from './more-note.tsx';
import { useMasonry } from './use-masonry.ts';

/** Pins in a grid. */
export interface MasonryProps {
  readonly pins: readonly PinView[];
  /** What the list is, for screen readers. */
  readonly label: string;
  readonly more?: More;
  /** The element that scrolls; the window when null or left out. */
  readonly scroller?: HTMLElement | null;
  /** How many of the first pictures load at once. */
  readonly eager?: number;
}

/** More is asked for while this many pixels are still to come. */
const reserve = 2000;

function useMore(more: More | undefined, below: number, count: number): void {
  const isNeeded = more?.hasMore === true && !more.isLoading && !more.error && below < reserve;
  const load = more?.load;
  useEffect(() => {
    if (isNeeded && count > 0) load?.();
  }, [isNeeded, count, load]);
}

/** An endless grid: only tiles near the screen are in the document, and nothing ever moves. */
export function Masonry({ pins, label, more, scroller = null, eager = 10 }: MasonryProps) {
  const element = useRef<HTMLDivElement>(null);
  const { indexes, styles, below } = useMasonry(pins, element, scroller);
  const open = useLatest(useOpenPin(pins));
  useMore(more, below, pins.length);
  return (
    <>
      <div class="masonry" ref={element}>
        <ul
          class="masonry-plane"
          style={styles.plane}
          aria-label={label}
          aria-busy={more?.isLoading ?? false}
        >
          {indexes.map((index) => {
            const pin = pins[index];
            const place = styles.tiles[index] ?? '';
            return (
              pin && (
                <Tile
                  key={pin.id}
                  pin={pin}
                  place={place}
                  position={index + 1}
                  eager={index < eager}
                  onOpen={open}
                />
              )
            );
          })}
        </ul>
      </div>
      {more && <MoreNote error={more.error} load={more.load} />}
    </>
  );
}
