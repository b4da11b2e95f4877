/** How many may do something at once. */
import { UnavailableError } from '#kernel/errors';

/** So many permits; who finds none waits its turn, not longer than `patienceMs`. */
export class Permits {
  readonly #patienceMs: number;
  readonly #waiters = new Set<() => void>();
  #free: number;
  #taken = 0;
  #idle: (() => void) | undefined;

  constructor(count: number, patienceMs: number) {
    this.#free = count;
    this.#patienceMs = patienceMs;
  }

  /** Takes a permit. Rejects with `UnavailableError` when none came free in time. */
  async take(): Promise<void> {
    if (this.#free === 0) return this.#wait();
    this.#free -= 1;
    this.#taken += 1;
  }

  /** Gives a permit back, to who waits longest. */
  give(): void {
    const [next] = this.#waiters;
    if (next) {
      this.#waiters.delete(next);
      next();
      return;
    }
    this.#free += 1;
    this.#taken -= 1;
    if (this.#taken === 0) this.#idle?.();
  }

  /** Resolves when no permit is out. Nobody may ask for one any more. */
  async drained(): Promise<void> {
    if (this.#taken === 0 && this.#waiters.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new UnavailableError('the database has no connection free'));
      }, this.#patienceMs);
      const waiter = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiters.add(waiter);
    });
  }
}
