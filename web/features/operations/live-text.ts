/** Figures of the live page in words. */
import type { SignalView } from '#services/monitor/contract';
import { percentText, shortText } from './figures.ts';

/** "0.42", "3.1", "12", "1.2K": a rate a second. */
export function rateText(value: number): string {
  if (value >= 10 || value === 0) return shortText(value);
  return String(Number(value.toPrecision(2)));
}

/** "0.8 ms", "12 ms", "1.5 s". */
export function latencyText(ms: number): string {
  return ms < 1000
    ? `${Number(ms.toPrecision(ms < 10 ? 2 : 3))} ms`
    : `${Number((ms / 1000).toPrecision(2))} s`;
}

/** "4 s", "12 min", "3 h". */
export function ageText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

const texts: Readonly<Record<SignalView['unit'], (value: number) => string>> = {
  'per second': (value) => `${rateText(value)} /s`,
  share: percentText,
  ms: latencyText,
  s: ageText,
  events: shortText,
};

/** A signal's value in its unit; a dash where there is none. */
export function signalText(unit: SignalView['unit'], value: number | null): string {
  return value === null ? '–' : texts[unit](value);
}

/** How a signal stands, in words. */
export function stateText({ state, known, usual }: Pick<SignalView, 'state' | 'known' | 'usual'>): string {
  if (state === 'learning') return 'learning what is usual';
  if (state === 'firing') return 'not as usual';
  if (state === 'pending') return 'looking closer';
  return usual === 'season' ? 'as usual' : `as in the last minutes; ${percentText(known)} of the day known`;
}
