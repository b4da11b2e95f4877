/** Wakes whoever waits for something to do. */

/** A ring wakes all that wait; one that nobody waits for wakes the next who does. */
export class Bell {
  #rung = false;
  readonly #waiting = new Set<() => void>();

  /** Wakes. */
  ring(): void {
    if (this.#waiting.size === 0) this.#rung = true;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at a ring, or after `ms` milliseconds. */
  async wait(ms: number): Promise<void> {
    if (this.#rung) {
      this.#rung = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => wake(), ms);
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}
