/** How long whoever asks now waits until they are heard: how late the event loop is. */

/** Milliseconds between two looks. */
const everyMs = 5;

/** Looks from `start` to `stop`; costs some microseconds a look. */
export class LoopDelay {
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  /** How late the last look was, in milliseconds. */
  get ms(): number {
    return this.#last;
  }

  start(): void {
    let due = performance.now() + everyMs;
    this.#timer ??= setInterval(() => {
      const now = performance.now();
      this.#last = Math.max(0, now - due);
      due = now + everyMs;
    }, everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#last = 0;
  }
}
