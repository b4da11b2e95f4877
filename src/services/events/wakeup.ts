/** A bell that remembers: a ring while nobody waits makes the next wait end at once. */
export class Wakeup {
  #rung = false;
  #wake: (() => void) | undefined;

  /** Ends the wait that is going on, or the next one. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at a ring, or after `ms` milliseconds. One waits at a time. */
  async wait(ms?: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
