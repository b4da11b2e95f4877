import { UnavailableError } from '#kernel/errors';

/** Lets a bounded number of tasks run at once; the others wait their turn, a bounded number of them. */
export class Gate {
  #free: number;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  constructor(concurrent: number, mostWaiting: number) {
    this.#free = concurrent;
    this.#most = mostWaiting;
  }

  /** Runs a task when it is its turn; throws `UnavailableError` when too many wait already. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn();
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#most) {
      throw new UnavailableError('too many people are signing in at once; try again in a moment');
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
