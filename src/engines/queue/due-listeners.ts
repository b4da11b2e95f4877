import type { DueListener } from './port.ts';

/** Who wants to hear that jobs may have become due. */
export class DueListeners {
  readonly #all = new Set<DueListener>();

  /** Adds a listener; answers how to stop. */
  add(listener: DueListener): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  /** Tells all of them: jobs of these names, or of any where none are given. */
  tell(names?: readonly string[]): void {
    for (const listener of this.#all) listener(names);
  }

  clear(): void {
    this.#all.clear();
  }
}
