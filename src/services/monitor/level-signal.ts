/** A signal that is a level: a latency, an age, a length of a queue. */
import { type Judgement, unknown } from './judgement.ts';
import { quarterOf, Season } from './season.ts';
import { median, robustDeviation, within } from './statistics.ts';

/** What is a fault; only more than usual is. */
export interface LevelRule {
  /** Below this it is none, in the signal's unit. */
  readonly least: number;
  /** So many times as much as is usual. */
  readonly factor: number;
}

/** Windows of ten seconds: half an hour, before the last ones tell what is usual, and as many are kept. */
const windowsNeeded = 180;
const windowsOfQuarter = 30;
/** Levels scatter by a share of themselves: at least so much. */
const leastScatter = 0.15;

/** Compares logarithms: twice as much is as far off at 10 ms as at 100. */
export class LevelSignal {
  readonly rule: LevelRule;
  readonly #season: Season;
  readonly #unit: number;
  #recent: number[] = [];
  #usual: { readonly middle: number; readonly scatter: number } | undefined;
  #quarter = -1;
  #current: number[] = [];

  constructor(rule: LevelRule, saved?: unknown) {
    this.rule = rule;
    this.#season = new Season(saved);
    // So that zero has a logarithm, and nothing far below what matters is told apart.
    this.#unit = rule.least / 20;
  }

  /** Judges a value; null where there is none. */
  judge(at: number, value: number | null): Judgement {
    const usual = this.#usualAt(at);
    if (value === null || !usual)
      return { ...unknown, value, expected: usual ? this.#level(usual.middle) : null };
    const expected = this.#level(usual.middle);
    const deviation = Math.max(0, (this.#logOf(value) - usual.middle) / usual.scatter);
    const { least, factor } = this.rule;
    return { value, expected, deviation, isGrave: value >= least && value >= expected * factor };
  }

  /** Learns from a value every ten seconds. */
  learn(at: number, value: number | null): void {
    const quarter = quarterOf(at);
    if (quarter !== this.#quarter) this.#turn(quarter);
    if (value === null) return;
    const log = this.#logOf(value);
    this.#current.push(log);
    this.#recent.push(log);
    if (this.#recent.length > windowsNeeded) this.#recent.shift();
    this.#usual = undefined;
  }

  /** Goes on after time that was not observed. */
  interrupt(): void {
    this.#recent = [];
    this.#current = [];
    this.#usual = undefined;
    this.#quarter = -1;
  }

  /** How much of the day's shape is known, 0 to 1. */
  get known(): number {
    return this.#season.known;
  }

  /** Whether anything is usual yet, and by what. */
  sourceAt(at: number): 'season' | 'recent' | null {
    if (this.#season.at(at)) return 'season';
    return this.#recent.length >= windowsNeeded ? 'recent' : null;
  }

  toJson(): unknown {
    return this.#season.toJson();
  }

  #usualAt(at: number): { readonly middle: number; readonly scatter: number } | undefined {
    const season = this.#season.at(at);
    if (season) {
      const scatter = Math.max(leastScatter, season.scatter, season.spread * Math.abs(season.level));
      return { middle: season.level, scatter: within(leastScatter, scatter, 1) };
    }
    if (this.#recent.length < windowsNeeded) return undefined;
    this.#usual ??= this.#ofRecent();
    return this.#usual;
  }

  #ofRecent() {
    const middle = median(this.#recent);
    return { middle, scatter: within(leastScatter, robustDeviation(this.#recent, middle), 1) };
  }

  #logOf(value: number): number {
    return Math.log(1 + Math.max(0, value) / this.#unit);
  }

  #level(log: number): number {
    return this.#unit * (Math.exp(log) - 1);
  }

  #turn(quarter: number): void {
    if (this.#current.length >= windowsOfQuarter) {
      const level = median(this.#current);
      this.#season.learn(this.#quarter, level, robustDeviation(this.#current, level));
    }
    this.#quarter = quarter;
    this.#current = [];
  }
}
