/** The plain StatsD protocol: `name:value|c`, `|g`, `|ms`, with `|@rate` where it was sampled. No tags. */
import type { Labels } from '#kernel/metrics';

/** One line as it was sent. */
export interface StatsdSample {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'timer';
  /** Timers: milliseconds. */
  readonly value: number;
  /** Whether a gauge is to be changed by `value` instead of set to it. */
  readonly isChange: boolean;
  /** The share of events that were sent, over 0 to 1. */
  readonly rate: number;
}

const longestName = 200;
const kinds = { c: 'counter', g: 'gauge', ms: 'timer', h: 'timer' } as const;
const pattern =
  /^([^\s:|@#]{1,200}):([+-]?)(\d{1,15}(?:\.\d{1,15})?)\|(c|g|ms|h)(?:\|@(0?\.\d{1,6}|1(?:\.0)?))?$/;

/** Reads a line; undefined when it is none. */
export function parseLine(line: string): StatsdSample | undefined {
  const [, name, sign = '', digits, unit, rate = '1'] = pattern.exec(line) ?? [];
  if (name === undefined || unit === undefined) return undefined;
  const kind = kinds[unit as keyof typeof kinds];
  const isNegative = sign === '-';
  if (isNegative && kind !== 'gauge') return undefined;
  const sampled = Number(rate);
  if (sampled <= 0) return undefined;
  const value = (isNegative ? -1 : 1) * Number(digits);
  return { name, kind, value, isChange: kind === 'gauge' && sign !== '', rate: sampled };
}

const cleaned = (part: string | number): string =>
  String(part)
    .replace(/[^A-Za-z0-9-]+/g, '_')
    .replace(/^_+|_+$/g, '') || 'none';

/** A series as a StatsD name: labels' values behind the name, in the order of their names; units go, for the line says them. */
export function nameOf(name: string, labels: Labels): string {
  const short = name.replace(/^pinakes_/, 'pinakes.').replace(/_(seconds|total)$/, '');
  const values = Object.keys(labels)
    .sort()
    .map((label) => `.${cleaned(labels[label] ?? '')}`);
  return `${short}${values.join('')}`.slice(0, longestName);
}

const figure = (value: number): string => String(Number(value.toFixed(6)));

/** A line for an increase of a counter. */
export function counterLine(name: string, by: number): string {
  return `${name}:${figure(by)}|c`;
}

/** Lines that set a gauge: a negative value would be read as a change, so zero comes first. */
export function gaugeLines(name: string, value: number): string {
  return value < 0 ? `${name}:0|g\n${name}:${figure(value)}|g` : `${name}:${figure(value)}|g`;
}

/** A line for a duration. */
export function timerLine(name: string, seconds: number): string {
  return `${name}:${figure(Math.max(0, seconds * 1000))}|ms`;
}
