/** Lines over time as SVG paths. */
import { drawing } from './bar-path.ts';
import type { Values } from './live-series.ts';

const rounded = (value: number) => Math.round(value * 10) / 10;

/** Stretches of known values: where each begins, and its values. */
function stretches(values: Values): { at: number; known: number[] }[] {
  const all: { at: number; known: number[] }[] = [];
  for (const [at, value] of values.entries()) {
    if (value === null) continue;
    const last = all.at(-1);
    if (last && last.at + last.known.length === at) last.known.push(value);
    else all.push({ at, known: [value] });
  }
  return all;
}

function pointsOf(values: Values, max: number): string[][] {
  const step = drawing.width / Math.max(1, values.length - 1);
  const y = (value: number) => rounded(drawing.height * (1 - Math.min(1, Math.max(0, value / max))));
  return stretches(values).map(({ at, known }) =>
    known.map((value, i) => `${rounded((at + i) * step)} ${y(value)}`),
  );
}

/** A line through the values, broken where nothing is known; `max` is full height. */
export function linePath(values: Values, max: number): string {
  return pointsOf(values, max)
    .map((points) => `M${points.join('L')}${points.length === 1 ? 'h1' : ''}`)
    .join('');
}

/** The area below that line. */
export function areaPath(values: Values, max: number): string {
  const left = (point: string | undefined) => point?.split(' ')[0] ?? '0';
  return pointsOf(values, max)
    .map(
      (points) =>
        `M${left(points[0])} ${drawing.height}L${points.join('L')}L${left(points.at(-1))} ${drawing.height}z`,
    )
    .join('');
}

const steps = [1, 2, 2.5, 5, 10];

/** The full height of a chart whose largest value is this: 1, 2, 2.5 or 5 times a power of ten, so that half of it can be read as well. */
export function roundMax(largest: number): number {
  if (!(largest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return (steps.find((step) => step * power >= largest * 0.999) ?? 10) * power;
}
