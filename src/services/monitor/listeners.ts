/** Who looks at the live page now. */
import { RateLimitedError } from '#kernel/errors';
import type { Frame } from './contract.ts';

interface Listener {
  readonly told: (frame: Frame) => void;
  readonly ended: () => void;
}

/** Keeps 64 at most. */
export class Listeners {
  readonly #all = new Set<Listener>();
  readonly #most = 64;

  get size(): number {
    return this.#all.size;
  }

  /** Throws `RateLimitedError` when there are too many. */
  add(told: (frame: Frame) => void, ended: () => void): () => void {
    if (this.#all.size >= this.#most)
      throw new RateLimitedError(`${this.#most} live pages are open already`, 30);
    const listener = { told, ended };
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  tell(frame: Frame): void {
    for (const { told } of this.#all) told(frame);
  }

  /** Ends all. */
  end(): void {
    for (const { ended } of this.#all) ended();
    this.#all.clear();
  }
}
