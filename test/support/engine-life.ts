/** Engines that outlive the process that uses them, without a process: what is thrown away can do nothing any more. */

/** What a call meets after the death of its caller. */
export class DeadError extends Error {
  constructor() {
    super('this process is dead');
    this.name = 'DeadError';
  }
}

/** Methods that answer at once, from what is in memory. */
const immediate: ReadonlySet<string | symbol> = new Set(['claimShard', 'onOutbox', 'onEnqueue', 'watch']);

/** One life of a process. It ends in the middle of a call to one of its engines: before the call was made, or after. */
export class EngineLife {
  readonly ended: Promise<void>;
  #isOver = false;
  readonly #end: () => void;
  #callsLeft = Number.POSITIVE_INFINITY;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends it at the `calls`-th call to an engine from now on. */
  endAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  /** Ends it now. */
  end(): void {
    this.#isOver = true;
    this.#end();
  }

  /** The engine as this life sees it. All that it has asked for by its end may come true, and nothing after it; it hears of neither. */
  with<T extends object>(engine: T): T {
    return new Proxy(engine, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        if (immediate.has(key)) return value.bind(target) as unknown;
        return (...words: unknown[]) => this.#call(() => Reflect.apply(value, target, words) as unknown);
      },
    });
  }

  async #call(work: () => unknown): Promise<unknown> {
    if (this.isOver) throw new DeadError();
    this.#callsLeft -= 1;
    const isLast = this.#callsLeft <= 0;
    if (isLast && this.#random() < 0.5) this.end();
    else if (isLast) queueMicrotask(() => this.end());
    if (this.isOver) throw new DeadError();
    const answer = await work();
    if (this.isOver) throw new DeadError();
    return answer;
  }
}
