/** Engines and a registry that die at a chosen call, as a process does. */
import type { Registry } from '#engines/registry/port';
import type { MovableShards } from '#engines/shards/transfer';
import { UnavailableError } from '#kernel/errors';

/** What a copier does, one step after another: it may die before each of them. */
const steps = new Set([
  'page',
  'put',
  'setState',
  'readJournal',
  'trimJournal',
  'erase',
  'digest',
  'pick',
  'setSetting',
]);

/** A life that ends before a chosen step. What was begun before ends well; nothing that comes later is done. */
export class Life {
  readonly #dieAt: number;
  readonly #dieBefore: (step: string) => boolean;
  #isKilled = false;
  #steps = 0;
  #onDeath: () => void = () => undefined;
  /** Resolves at death. */
  readonly ended = new Promise<void>((resolve) => {
    this.#onDeath = resolve;
  });

  /** Never ends unless told when: after so many steps, or before the first step of which `dieBefore` says so. */
  constructor(dieAt = Number.POSITIVE_INFINITY, dieBefore: (step: string) => boolean = () => false) {
    this.#dieAt = dieAt;
    this.#dieBefore = dieBefore;
  }

  get isOver(): boolean {
    return this.#isKilled || this.#steps > this.#dieAt;
  }

  #step(name: string): void {
    if (steps.has(name)) this.#steps += 1;
    this.#isKilled ||= this.#dieBefore(name);
    if (!this.isOver) return;
    this.#onDeath();
    throw new UnavailableError('the process has died');
  }

  /** The same thing, until death. Closing always works. */
  of<T extends MovableShards | Registry>(thing: T): T {
    return new Proxy(thing, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function' || typeof key !== 'string') return value;
        if (key === 'close' || key === 'onOutbox' || key === 'claimShard') return value.bind(target);
        return async (...given: unknown[]) => {
          this.#step(key);
          return Reflect.apply(value, target, given);
        };
      },
    });
  }
}
