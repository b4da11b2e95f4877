/** A bound on what is on its way to the disk: whoever would go over it waits, first come, first served. */
import { UnavailableError } from '#kernel/errors';

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** Bytes that may be in flight together. What alone is over the bound goes when nothing else is on its way. */
export class Budget {
  readonly #most: number;
  readonly #waitMs: number;
  #used = 0;
  #waiting: Waiting[] = [];

  constructor(most: number, waitMs: number) {
    this.#most = most;
    this.#waitMs = waitMs;
  }

  /** Takes bytes now or undefined; else resolves when there is room. Rejects with `UnavailableError` when there is none in time. */
  take(bytes: number): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#used += bytes;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        reject(new UnavailableError('the event log takes no more now; the disk is too slow for it'));
        this.#next();
      }, this.#waitMs);
      const admit = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const waiting: Waiting = { bytes, admit };
      this.#waiting.push(waiting);
    });
  }

  /** Gives bytes back that were taken. */
  giveBack(bytes: number): void {
    this.#used -= bytes;
    this.#next();
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (!first || !this.#fits(first.bytes)) return;
      this.#waiting.shift();
      this.#used += first.bytes;
      first.admit();
    }
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#most;
  }
}
