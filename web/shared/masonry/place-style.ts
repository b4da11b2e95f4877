/** Placements as CSS custom properties, read by masonry.css. */
import { columnLimits, type Layout, layoutMasonry } from './layout.ts';

/** Styles for each tile and for the plane they stand on. */
export interface PlaceStyles {
  readonly tiles: readonly string[];
  readonly plane: string;
}

function counts(): number[] {
  const { least, most } = columnLimits;
  return Array.from({ length: most - least + 1 }, (_, index) => least + index);
}

function tileStyle(layout: Layout, index: number, suffix: string): string {
  const place = layout.placements[index];
  if (!place) return '';
  return `--c${suffix}:${place.column};--a${suffix}:${place.above};--k${suffix}:${place.gaps};`;
}

function planeStyle({ height }: Layout, suffix: string): string {
  return `--h${suffix}:${height.ratios};--hk${suffix}:${height.gaps};`;
}

/** For one known column count. */
export function stylesFor(layout: Layout, columns: number, ratios: readonly number[]): PlaceStyles {
  return {
    tiles: ratios.map((ratio, index) => `--r:${ratio};${tileStyle(layout, index, '')}`),
    plane: `--n:${columns};${planeStyle(layout, '')}`,
  };
}

/** For every column count, when the width is not known yet: container queries choose. */
export function stylesForAny(ratios: readonly number[]): PlaceStyles {
  const layouts = counts().map((columns) => ({ columns, layout: layoutMasonry(ratios, columns) }));
  return {
    tiles: ratios.map((ratio, index) => {
      const places = layouts.map(({ columns, layout }) => tileStyle(layout, index, String(columns)));
      return `--r:${ratio};${places.join('')}`;
    }),
    plane: layouts.map(({ columns, layout }) => planeStyle(layout, String(columns))).join(''),
  };
}
