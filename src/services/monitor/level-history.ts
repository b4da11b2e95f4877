/** Levels by step, in a ring of fixed size. */

/** The last value of each step; what was not read is missing. */
export class LevelHistory {
  readonly #stepMs: number;
  readonly #keep: number;
  readonly #width: number;
  readonly #values: Float32Array;
  #last = -1;

  constructor(stepMs: number, keep: number, width: number) {
    this.#stepMs = stepMs;
    this.#keep = keep;
    this.#width = width;
    this.#values = new Float32Array(keep * width).fill(Number.NaN);
  }

  /** Notes the levels of the step in which `at` lies. */
  put(at: number, values: readonly (number | null)[]): void {
    const step = Math.floor(at / this.#stepMs);
    const from = Math.max(this.#last + 1, step - this.#keep + 1);
    for (let unread = from; unread <= step; unread += 1) this.#row(unread).fill(Number.NaN);
    this.#last = Math.max(this.#last, step);
    this.#row(step).set(values.map((value) => value ?? Number.NaN));
  }

  /** The levels of the `count` steps before `end`, the oldest first; null where there is none. */
  before(end: number, index: number, count: number): (number | null)[] {
    const last = Math.floor(end / this.#stepMs);
    const length = Math.min(count, this.#keep);
    return Array.from({ length }, (_, i) => this.#at(last - length + i, index));
  }

  #at(step: number, index: number): number | null {
    if (step > this.#last || step <= this.#last - this.#keep) return null;
    const value = this.#row(step)[index] ?? Number.NaN;
    return Number.isNaN(value) ? null : Number(value.toPrecision(4));
  }

  #row(step: number): Float32Array {
    const at = (((step % this.#keep) + this.#keep) % this.#keep) * this.#width;
    return this.#values.subarray(at, at + this.#width);
  }
}
