/** What is watched, what a fault of it is, and how it is said. */
import type { Patience } from './alert-book.ts';
import { usualPatience } from './alert-book.ts';
import type { Measure, SignalName, SignalView } from './contract.ts';
import type { CountRule } from './count-signal.ts';
import type { LevelRule } from './level-signal.ts';

interface Told {
  readonly title: string;
  readonly unit: SignalView['unit'];
  readonly patience: Patience;
}

/** Counted a second, or a request where `of` says so. */
export interface CountedSignal extends Told {
  readonly measure: Measure;
  readonly of?: Measure;
  readonly rule: CountRule;
}

/** Read as a level. */
export interface LevelledSignal extends Told {
  readonly rule: LevelRule;
}

const patience = usualPatience;

/** Signals that count. */
export const counted: Readonly<Partial<Record<SignalName, CountedSignal>>> = {
  'sign-in-failures': {
    title: 'Failed sign-ins',
    unit: 'per second',
    measure: 'signInFailures',
    rule: { direction: 'up', leastCount: 10, factor: 3, leastRate: 0.0005 },
    patience,
  },
  'feed-loads': {
    title: 'Feed loads',
    unit: 'per second',
    measure: 'feedLoads',
    rule: { direction: 'down', leastCount: 10, factor: 0.6, leastRate: 0 },
    patience,
  },
  errors: {
    title: 'Errors',
    unit: 'share',
    measure: 'errors',
    of: 'requests',
    rule: { direction: 'up', leastCount: 5, factor: 3, leastRate: 0.0005 },
    patience,
  },
};

/** Signals that are levels. */
export const levelled: Readonly<Record<'queue-age' | 'consumer-lag', LevelledSignal>> = {
  'queue-age': {
    title: 'Oldest job that is due',
    unit: 's',
    rule: { least: 60, factor: 3 },
    patience: { ...patience, forSeconds: 3 },
  },
  'consumer-lag': {
    title: 'Events behind',
    unit: 'events',
    // An import of some thousand pictures is no fault.
    rule: { least: 5000, factor: 3 },
    patience: { ...patience, forSeconds: 3 },
  },
};

/** Slow requests. */
const latency: Told = {
  title: 'Latency, 99th percentile',
  unit: 'ms',
  patience: { ...patience, forSeconds: 3 },
};

/** A signal's title, unit and patience. */
export function toldOf(name: SignalName): Told {
  if (name === 'latency') return latency;
  if (name === 'queue-age' || name === 'consumer-lag') return levelled[name];
  const told = counted[name];
  if (!told) throw new Error(`no signal ${name}`);
  return told;
}

const short = (value: number): string => String(Number(value.toPrecision(2)));

const texts: Readonly<Record<SignalView['unit'], (value: number) => string>> = {
  'per second': (value) => `${short(value)} a second`,
  share: (value) => `${short(value * 100)} % of requests`,
  ms: (value) => `${short(value)} ms`,
  s: (value) => `${short(value)} s`,
  events: (value) => String(Math.round(value)),
};

/** What an alert says: "Failed sign-ins: 3.1 a second, usually 0.04 a second". */
export function wordingOf(name: SignalName, value: number, expected: number): string {
  const { title, unit } = toldOf(name);
  const text = texts[unit];
  return `${title}: ${text(value)}, usually ${text(expected)}`;
}
