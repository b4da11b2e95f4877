/** What is being done on something that may be closed. */
export class UnderWay {
  readonly #all = new Set<Promise<unknown>>();
  readonly #closed: () => Error;
  #isClosed = false;

  /** `closed` makes the error that work is refused with after the end. */
  constructor(closed: () => Error) {
    this.#closed = closed;
  }

  /** Does something while it is open. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw this.#closed();
    const doing = work();
    this.#all.add(doing);
    try {
      return await doing;
    } finally {
      this.#all.delete(doing);
    }
  }

  /** Refuses new work and resolves when what is under way has ended, well or not; answers whether it was open before. */
  async end(): Promise<boolean> {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    await Promise.allSettled(this.#all);
    return true;
  }
}
