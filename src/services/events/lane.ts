/** The consumers' turns: one applies events at a time, so that requests are answered between them however many have something to do. */
import { within } from '#kernel/deadline';

/** Milliseconds that a consumer waits for those before it; what takes longer waits for something itself. */
const patienceMs = 30;

/** Shared by all consumers of a process. */
export class Lane {
  #last: Promise<void> = Promise.resolve();

  /** Runs `work` a turn of the event loop after what was asked for before has ended, or has taken too long. */
  async run(work: () => Promise<void>): Promise<void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await within(patienceMs, before);
    try {
      await work();
    } finally {
      setImmediate(resolve);
    }
  }
}
