/**
 * Generations: a projection and the index of vectors made with it, which only make sense together.
 *
 * One generation is live. The next one is begun beside it, filled, made durable, and then put in
 * its place by one rename; whatever moment the process dies at, the file names a whole one. What
 * is left over of others is removed at the next start. Queries hold on to the generation that
 * they began with, which is let go of when the last of them has ended.
 */
import type { VectorIndex } from '#engines/vector-index/port';
import type { Log } from '#kernel/log';
import { GenerationFiles, type GenerationState } from './generation-files.ts';
import { projectedDimensions } from './growth.ts';
import { applyProjection, type Projection } from './projection.ts';

/** What generations stand on. */
export interface GenerationsDeps {
  /** Opens the index of a generation, made when there is none. */
  readonly openIndex: (generation: number, dimensions: number) => Promise<VectorIndex>;
  /** Removes the files of a generation's index, which is closed, if there are any. */
  readonly removeIndex: (generation: number) => Promise<void>;
  /** Where the live generation is written down. */
  readonly folder: string;
  readonly encoder: string;
  readonly inputDimensions: number;
  readonly log: Log;
}

/** A projection and its index. */
export interface Generation {
  readonly state: GenerationState;
  readonly projection: Projection | undefined;
  readonly index: VectorIndex;
}

/** The vector that a generation compares raw features by. About 0.5 ms. */
export function vectorIn(generation: Generation, raw: Float32Array): Float32Array {
  return generation.projection ? applyProjection(generation.projection, raw) : raw;
}

/** The generations of one library. */
export class Generations {
  readonly #deps: GenerationsDeps;
  readonly #files: GenerationFiles;
  readonly #users = new Map<Generation, Set<Promise<unknown>>>();
  #live: Generation;

  private constructor(deps: GenerationsDeps, files: GenerationFiles, live: Generation) {
    this.#deps = deps;
    this.#files = files;
    this.#live = live;
  }

  /** Opens the live generation and removes what is left of others. An encoder that changed begins a new generation, empty. */
  static async open(deps: GenerationsDeps): Promise<Generations> {
    const files = new GenerationFiles(deps.folder);
    const known = await files.read();
    const first = { encoder: deps.encoder, inputDimensions: deps.inputDimensions, fitted: 0 };
    const same = known?.encoder === deps.encoder && known.inputDimensions === deps.inputDimensions;
    const state = known && same ? known : { ...first, generation: known ? known.generation + 1 : 0 };
    for (const other of [state.generation - 1, state.generation + 1]) {
      if (other < 0 || (other === known?.generation && same)) continue;
      await deps.removeIndex(other);
      await files.removeProjection(other);
    }
    const projection = state.fitted > 0 ? await files.readProjection(state.generation) : undefined;
    const index = await deps.openIndex(state.generation, projection?.dimensions ?? deps.inputDimensions);
    if (state !== known) await files.write(state);
    return new Generations(deps, files, { state, projection, index });
  }

  get live(): Generation {
    return this.#live;
  }

  /** Runs a query on the live generation, which stays open until it ended. */
  async use<T>(work: (generation: Generation) => Promise<T>): Promise<T> {
    const generation = this.#live;
    const users = this.#users.get(generation) ?? new Set();
    this.#users.set(generation, users);
    const working = work(generation);
    users.add(working);
    try {
      return await working;
    } finally {
      users.delete(working);
    }
  }

  /** Begins the next generation, empty; one at a time. */
  async begin(projection: Projection, fitted: number): Promise<Generation> {
    const state = { ...this.#live.state, generation: this.#live.state.generation + 1, fitted };
    await this.#files.writeProjection(state.generation, projection);
    await this.#deps.removeIndex(state.generation);
    const index = await this.#deps.openIndex(state.generation, projectedDimensions);
    return { state, projection, index };
  }

  /** Puts a generation that is durable in the place of the live one. The old one goes when nobody uses it any more. */
  async replace(next: Generation): Promise<void> {
    await this.#files.write(next.state);
    const old = this.#live;
    this.#live = next;
    void this.#retire(old).catch((error: unknown) => {
      this.#deps.log.warn(
        { error, generation: old.state.generation },
        'an old vector index could not be removed',
      );
    });
  }

  /** Gives up a generation that was begun. */
  async abandon(next: Generation): Promise<void> {
    await next.index.close();
    await this.#deps.removeIndex(next.state.generation);
    await this.#files.removeProjection(next.state.generation);
  }

  async close(): Promise<void> {
    await this.#live.index.close();
  }

  async #retire(old: Generation): Promise<void> {
    await Promise.allSettled(this.#users.get(old) ?? []);
    this.#users.delete(old);
    await this.abandon(old);
  }
}
