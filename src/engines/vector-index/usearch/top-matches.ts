/** The best of a stream of scored rows. */

/** Keeps the `limit` best rows; among equal scores the smaller key goes first. */
export class TopMatches {
  readonly rows: number[] = [];
  readonly scores: number[] = [];
  readonly #limit: number;
  readonly #keyOf: (row: number) => bigint;

  constructor(limit: number, keyOf: (row: number) => bigint) {
    this.#limit = limit;
    this.#keyOf = keyOf;
  }

  /** Score that a row must reach to be kept. */
  get threshold(): number {
    return this.rows.length < this.#limit ? Number.NEGATIVE_INFINITY : (this.scores.at(-1) ?? 0);
  }

  #before(row: number, score: number, other: number): boolean {
    const otherScore = this.scores[other] ?? 0;
    if (score !== otherScore) return score > otherScore;
    return this.#keyOf(row) < this.#keyOf(this.rows[other] ?? 0);
  }

  /** Offers a row. Cost: nothing much below the threshold, else a binary search and a shift of at most `limit`. */
  offer(row: number, score: number): void {
    if (score < this.threshold) return;
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#before(row, score, middle)) high = middle;
      else low = middle + 1;
    }
    if (low >= this.#limit) return;
    this.rows.splice(low, 0, row);
    this.scores.splice(low, 0, score);
    if (this.rows.length > this.#limit) {
      this.rows.pop();
      this.scores.pop();
    }
  }
}
