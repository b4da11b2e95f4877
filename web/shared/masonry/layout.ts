/**
 * Masonry as pure arithmetic, in units of one column's width.
 *
 * A tile's place is `above` column widths plus `gaps` gaps from the top, so one layout holds for every
 * column width: the server works it out for each possible column count, and CSS picks the count and the
 * width. Nothing moves when scripts arrive.
 */

/** Fewest and most columns. */
export const columnLimits = { least: 2, most: 8 } as const;

/** A column is never narrower than this, in CSS pixels, except with the fewest columns. */
export const leastColumnWidth = 224;

/** From this width of the grid on, in CSS pixels, gaps are wide. */
export const wideFrom = 560;

/** A gap's width in column widths, as the choice of the shortest column sees it. */
const nominalGap = 0.06;

/** Where a tile stands. */
export interface Placement {
  readonly column: number;
  /** Heights of the tiles above it, in column widths. */
  readonly above: number;
  /** Number of the tiles above it. */
  readonly gaps: number;
}

/** Placements in the order of the tiles, and the tallest column. */
export interface Layout {
  readonly placements: readonly Placement[];
  readonly height: { readonly ratios: number; readonly gaps: number };
}

/** Columns in a grid of this width (CSS pixels). Agrees with the container queries in masonry.css. */
export function columnsFor(width: number): number {
  const fitting = Math.floor((width + gapFor(width)) / (leastColumnWidth + gapFor(width)));
  return Math.min(columnLimits.most, Math.max(columnLimits.least, fitting));
}

/** Pixels between tiles. */
export function gapFor(width: number): number {
  return width < wideFrom ? 8 : 16;
}

/** Width of one column in pixels. */
export function columnWidthFor(width: number, columns: number): number {
  return (width - (columns - 1) * gapFor(width)) / columns;
}

/** A tile's height in column widths: the picture's own, but neither a sliver nor a tower. */
export function ratioOf(size: { readonly width: number; readonly height: number }): number {
  const ratio = size.width > 0 && size.height > 0 ? size.height / size.width : 1;
  return Math.round(Math.min(2.2, Math.max(0.5, ratio)) * 1e4) / 1e4;
}

/** Each tile goes to the shortest column, the first of equals. Cost: tiles × columns. */
export function layoutMasonry(ratios: readonly number[], columns: number): Layout {
  const above = new Array<number>(columns).fill(0);
  const gaps = new Array<number>(columns).fill(0);
  const length = (column: number) => (above[column] ?? 0) + (gaps[column] ?? 0) * nominalGap;
  const placements = ratios.map((ratio) => {
    let column = 0;
    for (let other = 1; other < columns; other++) if (length(other) < length(column) - 1e-9) column = other;
    const placement = { column, above: round(above[column] ?? 0), gaps: gaps[column] ?? 0 };
    above[column] = (above[column] ?? 0) + ratio;
    gaps[column] = (gaps[column] ?? 0) + 1;
    return placement;
  });
  let tallest = 0;
  for (let other = 1; other < columns; other++) if (length(other) > length(tallest)) tallest = other;
  return {
    placements,
    height: { ratios: round(above[tallest] ?? 0), gaps: Math.max(0, (gaps[tallest] ?? 0) - 1) },
  };
}

/** Four digits: a hundredth of a pixel, and no tail of a float in the page. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
