/** Series as the live page draws them: moved on by a frame each second. */
import type { Frame, History, Snapshot } from '#services/monitor/contract';

/** Values by step; null where nothing was observed. */
export type Values = readonly (number | null)[];

/** A history with the figures of a frame behind it, and as long as before; the same when the frame is not newer. */
function movedOn(history: History, { at, figures }: Frame): History {
  const { from, stepMs, series } = history;
  const length = Math.max(0, ...Object.values(series).map((values) => values.length));
  const steps = Math.round((at - (from + length * stepMs)) / stepMs);
  if (steps <= 0) return history;
  const missed = new Array<null>(Math.min(length, steps) - 1).fill(null);
  const moved = Object.entries(series).map(
    ([name, values]) => [name, [...values, ...missed, figures[name] ?? null].slice(-length)] as const,
  );
  return { stepMs, from: from + steps * stepMs, series: Object.fromEntries(moved) };
}

/** What is known after a frame. */
export function withFrame(snapshot: Snapshot, frame: Frame): Snapshot {
  return { ...snapshot, ...frame, seconds: movedOn(snapshot.seconds, frame) };
}

/** The last value, the mean and the largest; null where there is none. */
export function summaryOf(values: Values): Record<'now' | 'mean' | 'most', number | null> {
  const known = values.filter((value) => value !== null);
  const sum = known.reduce((all, value) => all + value, 0);
  return {
    now: values.at(-1) ?? null,
    mean: known.length > 0 ? sum / known.length : null,
    most: known.length > 0 ? Math.max(...known) : null,
  };
}

/** Means of `count` equal parts, for a table that can be read. */
export function partsOf(values: Values, count: number): Values {
  const length = Math.ceil(values.length / count);
  return Array.from({ length: count }, (_, i) => summaryOf(values.slice(i * length, (i + 1) * length)).mean);
}
