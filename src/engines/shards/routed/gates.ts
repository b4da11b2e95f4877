/** Writers that wait while their shard changes engines. */
import { UnavailableError } from '#kernel/errors';

interface Gate {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

/** A cutover takes milliseconds; whoever has waited this long is told that something is wrong. */
const longestMs = 10_000;

function closedGate(shard: number, ms: number): Gate {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = () => reject(new UnavailableError(`shard ${shard} takes no writes now; try again`));
  const timer = setTimeout(fail, ms);
  // Nobody may be waiting when the time is over.
  promise.catch(() => undefined);
  return {
    passed: promise,
    open: () => {
      clearTimeout(timer);
      resolve();
    },
  };
}

/** The gates of all shards; open unless told otherwise. */
export class Gates {
  readonly #closed = new Map<number, Gate>();
  readonly #longestMs: number;

  constructor(ms = longestMs) {
    this.#longestMs = ms;
  }

  /** Whether every gate is open. */
  get areOpen(): boolean {
    return this.#closed.size === 0;
  }

  /** Resolves when the shard's gate is open; rejects with `UnavailableError` when that takes too long. */
  async pass(shard: number): Promise<void> {
    for (let gate = this.#closed.get(shard); gate; gate = this.#closed.get(shard)) await gate.passed;
  }

  /** Closes a gate until disposed. Throws `UnavailableError` when it is closed already. */
  close(shard: number): Disposable {
    if (this.#closed.has(shard)) throw new UnavailableError(`shard ${shard} is being moved already`);
    const gate = closedGate(shard, this.#longestMs);
    this.#closed.set(shard, gate);
    const open = (): void => {
      if (this.#closed.get(shard) === gate) this.#closed.delete(shard);
      gate.open();
    };
    return { [Symbol.dispose]: open };
  }
}
