/** One thing at a time. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everything asked for before has ended, well or not. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
