/**
 * Reads repeated on another engine, in the background.
 *
 * A copy that is kept in step lags by moments, so that two unlike answers say little: both
 * engines are asked again after growing pauses, and only answers that stay unlike, although
 * nobody writes what they are about, count as different. What is repeated at once is bounded; reads beyond that are not sampled.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ShadowOptions, ShadowOutcome } from '../routing.ts';
import type { MovableShards } from '../transfer.ts';

/** A read that can be asked of any engine. */
export interface SampledRead<T> {
  readonly shard: number;
  readonly ask: (engine: MovableShards) => Promise<T>;
  /** What of an answer is compared, as a text. */
  readonly gist: (answer: T) => string;
  /** What is read, in words. */
  readonly what: string;
}

/** How to reach engines. */
export interface ShadowEngines {
  /** The engine that people are served from. */
  readonly primary: (shard: number) => Promise<MovableShards>;
  readonly named: (name: string) => Promise<MovableShards>;
}

interface Timed<T> {
  readonly answer: T;
  readonly ms: number;
}

const mostAtOnce = 8;
const defaultPausesMs: readonly number[] = [50, 200, 1000, 3000];

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - start };
}

/** The shadows of one router. */
export class Shadows {
  readonly #engines: ShadowEngines;
  readonly #pausesMs: readonly number[];
  readonly #all = new Set<ShadowOptions>();
  #running = 0;

  constructor(engines: ShadowEngines, pausesMs = defaultPausesMs) {
    this.#engines = engines;
    this.#pausesMs = pausesMs;
  }

  /** Whether no read is to be repeated. */
  get areIdle(): boolean {
    return this.#all.size === 0;
  }

  /** Repeats reads as told; answers how to stop. */
  add(options: ShadowOptions): () => void {
    this.#all.add(options);
    return () => this.#all.delete(options);
  }

  /** Takes note of an answered read. Returns at once. */
  follow<T>(read: SampledRead<T>, answer: T, primaryMs: number): void {
    for (const options of this.#all) {
      const name = options.engineOf(read.shard);
      if (name === undefined || Math.random() >= options.share || this.#running >= mostAtOnce) continue;
      this.#running += 1;
      void this.#repeat(read, { answer, ms: primaryMs }, name, options).finally(() => {
        this.#running -= 1;
      });
    }
  }

  async #repeat<T>(
    read: SampledRead<T>,
    primary: Timed<T>,
    name: string,
    options: ShadowOptions,
  ): Promise<void> {
    const outcome = await this.#outcome(read, primary, name, options).catch(
      (error: unknown): ShadowOutcome => ({
        kind: 'failed',
        primaryMs: primary.ms,
        shadowMs: Number.NaN,
        detail: `${read.what}: ${error instanceof Error ? error.message : String(error)}`,
      }),
    );
    options.report(outcome);
  }

  async #outcome<T>(
    read: SampledRead<T>,
    primary: Timed<T>,
    name: string,
    { compares, engineOf }: ShadowOptions,
  ): Promise<ShadowOutcome> {
    const shadow = await this.#engines.named(name);
    const { answer, ms } = await timed(() => read.ask(shadow));
    const outcome = { primaryMs: primary.ms, shadowMs: ms, detail: '' };
    if (!compares) return { ...outcome, kind: 'answered' };
    if (read.gist(answer) === read.gist(primary.answer)) return { ...outcome, kind: 'matched' };
    const kind = await this.#lookAgain(read, read.gist(primary.answer), shadow);
    // What is no longer kept in step may well differ.
    if (kind !== 'different' || engineOf(read.shard) !== name)
      return { ...outcome, kind: kind === 'matched' ? kind : 'answered' };
    return { ...outcome, kind, detail: read.what };
  }

  /** What two unlike answers become in time; `answered` when what they are about was written meanwhile. */
  async #lookAgain<T>(
    { shard, ask, gist }: SampledRead<T>,
    first: string,
    shadow: MovableShards,
  ): Promise<'answered' | 'matched' | 'different'> {
    const seen = new Set([first]);
    for (const pause of this.#pausesMs) {
      await sleep(pause, undefined, { ref: false });
      const primary = await this.#engines.primary(shard);
      const [ours, theirs] = await Promise.all([ask(primary), ask(shadow)]);
      if (gist(ours) === gist(theirs)) return 'matched';
      seen.add(gist(ours));
    }
    return seen.size === 1 ? 'different' : 'answered';
  }
}
