/** Runs tasks of one key one after the other, tasks of different keys at once. */
export class Turns<K> {
  readonly #last = new Map<K, Promise<unknown>>();

  /** Runs a task when all earlier ones of its key have ended, well or not. */
  run<T>(key: K, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    const settled: Promise<void> = mine.then(
      () => this.#leave(key, settled),
      () => this.#leave(key, settled),
    );
    this.#last.set(key, settled);
    return mine;
  }

  #leave(key: K, settled: Promise<unknown>): void {
    if (this.#last.get(key) === settled) this.#last.delete(key);
  }
}
