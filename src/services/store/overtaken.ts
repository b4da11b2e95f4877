/** Which objects were written while they were being read. */
import type { Id } from '#kernel/ids';

/** A read; what it found of these may be older than what is there. */
export interface ReadUnderWay extends Disposable {
  readonly overtaken: ReadonlySet<Id>;
}

/** Reads under way. Memory: the ids written during each. */
export class Overtaken {
  readonly #reads = new Set<Set<Id>>();

  /** Begins a read; dispose it when what it found is in its place. */
  begin(): ReadUnderWay {
    const overtaken = new Set<Id>();
    this.#reads.add(overtaken);
    return { overtaken, [Symbol.dispose]: () => this.#reads.delete(overtaken) };
  }

  /** Takes note of a write, before its new versions are read. */
  add(ids: readonly Id[]): void {
    for (const read of this.#reads) for (const id of ids) read.add(id);
  }
}
