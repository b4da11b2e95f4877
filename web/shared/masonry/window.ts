/** Which tiles of a masonry are near the screen. */
import type { Layout } from './layout.ts';

/** The grid in pixels. */
export interface Grid {
  readonly columnWidth: number;
  readonly gap: number;
}

/** A stretch of the grid in pixels from its top. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Scrolling is noticed in steps of this many pixels. */
export const step = 240;

/** Tiles are drawn this many pixels before they are seen. */
export const ahead = 900;

/** The stretch to draw for what is seen: wider by `ahead`, in whole steps, so that it changes seldom. */
export function stretchAround(top: number, height: number): Stretch {
  const from = Math.floor((top - ahead) / step) * step;
  const to = Math.ceil((top + height + ahead) / step) * step;
  return { from: Math.max(0, from), to: Math.max(0, to) };
}

/** Indexes of the tiles that touch a stretch, in order. Cost: one pass over the placements. */
export function tilesWithin(
  layout: Layout,
  ratios: readonly number[],
  grid: Grid,
  stretch: Stretch,
): number[] {
  const found: number[] = [];
  for (const [index, place] of layout.placements.entries()) {
    const top = place.above * grid.columnWidth + place.gaps * grid.gap;
    const bottom = top + (ratios[index] ?? 1) * grid.columnWidth;
    if (bottom >= stretch.from && top <= stretch.to) found.push(index);
  }
  return found;
}

/** The grid's height in pixels. */
export function heightOf(layout: Layout, grid: Grid): number {
  return layout.height.ratios * grid.columnWidth + layout.height.gaps * grid.gap;
}
