/** Whether a job shard answers. One that does not is left alone, and asked now and then whether it is back. */

/** Milliseconds until the first question, doubling up to the longest pause. */
const pauses = { first: 100, longest: 5000 } as const;

/** What health is told by, and whom it tells. */
export interface HealthOptions {
  /** Asks the shard something small. */
  readonly probe: () => Promise<unknown>;
  /** Told when the shard stops answering, with the reason, and when it answers again. */
  readonly onChange: (isUp: boolean, reason?: unknown) => void;
}

/** A shard's health. It begins well. */
export class Health {
  readonly #options: HealthOptions;
  #isUp = true;
  #isClosed = false;
  #probes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** The shard answered. */
  answered(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#probes = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#options.onChange(true);
  }

  /** The shard did not answer, or not in time. */
  failed(reason: unknown): void {
    if (!this.#isUp || this.#isClosed) return;
    this.#isUp = false;
    this.#options.onChange(false, reason);
    this.#probeLater();
  }

  /** Asks no more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #probeLater(): void {
    if (this.#isClosed || this.#isUp) return;
    const pause = Math.min(pauses.longest, pauses.first * 2 ** this.#probes);
    this.#probes += 1;
    this.#timer = setTimeout(() => {
      this.#options.probe().then(
        () => this.answered(),
        () => this.#probeLater(),
      );
    }, pause).unref();
  }
}
