/**
 * Tumbling windows over event time. A window is closed when the watermark has passed its end: from then on it is told to
 * whoever computes with it. What comes later is still counted in it for a while (the allowed lateness), so that charts are
 * true, and told to whoever computes with the next window; what comes later than that is dropped.
 */

/** How windows are cut. */
export interface WindowOptions {
  readonly widthMs: number;
  /** How many closed windows are kept. */
  readonly keep: number;
  /** How many things are counted in each. */
  readonly measures: number;
  /** Milliseconds after its end for which a closed window still takes what is late. */
  readonly lateMs: number;
  /** Milliseconds since the epoch: no window begins earlier. */
  readonly start: number;
}

/** What became of an event. */
export type Placed = 'counted' | 'amended' | 'late' | 'ahead';

/** How many windows may be open before the watermark. */
const openWindows = 64;

/** Counts events by window and measure, in a ring of fixed size. Cost of an event: 20 ns. */
export class EventTimeWindows {
  readonly widthMs: number;
  readonly keep: number;
  readonly #measures: number;
  readonly #late: number;
  readonly #slots: number;
  readonly #counts: Float32Array;
  readonly #carried: Float64Array;
  #first: number;
  /** The first window that is not closed. */
  #next: number;
  /** The first window that no slot is prepared for. */
  #end: number;

  constructor({ widthMs, keep, measures, lateMs, start }: WindowOptions) {
    this.widthMs = widthMs;
    this.keep = keep;
    this.#measures = measures;
    this.#late = Math.min(keep, Math.ceil(lateMs / widthMs));
    this.#slots = keep + openWindows;
    this.#counts = new Float32Array(this.#slots * measures);
    this.#carried = new Float64Array(measures);
    this.#first = Math.floor(start / widthMs);
    this.#next = this.#first;
    this.#end = this.#first;
  }

  /** Milliseconds since the epoch at which the first window begins that is not closed. */
  get closedUntil(): number {
    return this.#next * this.widthMs;
  }

  /** Counts an event in its window. */
  add(at: number, measure: number, amount = 1): Placed {
    const window = Math.floor(at / this.widthMs);
    if (window >= this.#next) {
      if (window >= this.#next + openWindows) return 'ahead';
      if (window >= this.#end) this.#prepare(window);
      this.#count(window, measure, amount);
      return 'counted';
    }
    if (window < this.#next - this.#late || window < this.#first) return 'late';
    this.#count(window, measure, amount);
    this.#carried[measure] = (this.#carried[measure] ?? 0) + amount;
    return 'amended';
  }

  /**
   * Closes the windows that end at or before the watermark, in order. `closed` gets the start of each and what to compute
   * with, by measure: its counts, and what came too late for the windows before. The array is used again for the next one.
   */
  advance(watermark: number, closed: (start: number, amounts: Float64Array) => void): void {
    const until = Math.floor(watermark / this.widthMs);
    for (; this.#next < until; this.#next += 1) {
      if (this.#next >= this.#end) this.#prepare(this.#next);
      const amounts = this.#carried;
      for (let measure = 0; measure < this.#measures; measure += 1)
        amounts[measure] = (amounts[measure] ?? 0) + this.#at(this.#next, measure);
      closed(this.#next * this.widthMs, amounts);
      amounts.fill(0);
    }
  }

  /** Goes on at `at` as if nothing was observed before: neither counts nor the lack of them. Nothing, when it is not later. */
  skipTo(at: number): void {
    const window = Math.floor(at / this.widthMs);
    if (window <= this.#next) return;
    this.#counts.fill(0);
    this.#carried.fill(0);
    this.#first = window;
    this.#next = window;
    this.#end = window;
  }

  /** The last closed windows of a measure, the oldest first, `count` at most; unobserved ones are null. */
  last(measure: number, count: number): (number | null)[] {
    const kept = Math.min(count, this.keep);
    return Array.from({ length: kept }, (_, i) => {
      const window = this.#next - kept + i;
      return window < this.#first ? null : this.#at(window, measure);
    });
  }

  #at(window: number, measure: number): number {
    return this.#counts[(window % this.#slots) * this.#measures + measure] ?? 0;
  }

  #count(window: number, measure: number, amount: number): void {
    const at = (window % this.#slots) * this.#measures + measure;
    this.#counts[at] = (this.#counts[at] ?? 0) + amount;
  }

  #prepare(through: number): void {
    for (; this.#end <= through; this.#end += 1) {
      const at = (this.#end % this.#slots) * this.#measures;
      this.#counts.fill(0, at, at + this.#measures);
    }
  }
}
