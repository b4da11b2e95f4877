import type { RefObject } from 'preact';
import { useMemo } from 'preact/hooks';
import type { PinView } from '#services/pins/contract';
import { columnsFor, columnWidthFor, gapFor, type Layout, layoutMasonry, ratioOf } from './layout.ts';
import { type PlaceStyles, stylesFor, stylesForAny } from './place-style.ts';
import { useStretch } from './use-stretch.ts';
import { useWidth } from './use-width.ts';
import { type Grid, heightOf, tilesWithin } from './window.ts';

/** Most tiles drawn before the width is known. */
const firstTiles = 60;

/** What to draw. */
export interface MasonryState {
  readonly indexes: readonly number[];
  readonly styles: PlaceStyles;
  /** Pixels left below what is drawn; 0 until the width is known. */
  readonly below: number;
}

function drawn(
  layout: Layout | null,
  ratios: readonly number[],
  grid: Grid,
  from: number,
  to: number,
): number[] {
  if (layout) return tilesWithin(layout, ratios, grid, { from, to });
  return ratios.slice(0, firstTiles).map((_, index) => index);
}

/** Lays pins out and follows the scroll. Layout is redone when pins come or the column count changes, not while scrolling. */
export function useMasonry(
  pins: readonly PinView[],
  element: RefObject<HTMLElement>,
  scroller: HTMLElement | null,
): MasonryState {
  const width = useWidth(element, scroller === null);
  const { from, to } = useStretch(element, scroller);
  const columns = width === null ? null : columnsFor(width);
  const ratios = useMemo(() => pins.map((pin) => ratioOf(pin.picture)), [pins]);
  const layout = useMemo(() => (columns === null ? null : layoutMasonry(ratios, columns)), [ratios, columns]);
  const styles = useMemo(
    () =>
      layout && columns !== null
        ? stylesFor(layout, columns, ratios)
        : stylesForAny(ratios.slice(0, firstTiles)),
    [layout, columns, ratios],
  );
  const grid = { columnWidth: columnWidthFor(width ?? 0, columns ?? 1), gap: gapFor(width ?? 0) };
  const indexes = drawn(layout, ratios, grid, from, to);
  return { indexes, styles, below: layout ? heightOf(layout, grid) - to : 0 };
}
