/** The width and height of the drawing; it is stretched to its place. */
export const drawing = { width: 1000, height: 100 } as const;

/** An SVG path of one bar a value, side by side and with a gap while there is room for one; `max` is full height. */
export function barPath(values: readonly number[], max: number): string {
  const slot = drawing.width / Math.max(1, values.length);
  const bar = slot > 4 ? slot * 0.76 : slot;
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return values
    .map((value, at) => {
      if (value <= 0 || max <= 0) return '';
      const height = Math.max(1.5, (value / max) * drawing.height);
      const left = rounded(at * slot + (slot - bar) / 2);
      return `M${left} ${drawing.height}v${rounded(-height)}h${rounded(bar)}v${rounded(height)}z`;
    })
    .join('');
}
