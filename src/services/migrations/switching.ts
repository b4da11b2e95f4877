/**
 * A shard changes engines: the copy becomes the truth and the truth the copy.
 *
 * Writers of this process wait; those of others are refused by the seal and try again until
 * they see the new map. Behind the seal nothing is written any more, so the journal ends, and
 * when it is applied both sides are the same. Only the map decides where the shard lives: until
 * it is flipped everything can be taken back by unsealing the old side.
 */
import type { ShardRouter } from '#engines/shards/routing';
import { backendOf, moveRange } from '#engines/shards/topology-ranges';
import { UnavailableError } from '#kernel/errors';
import { copySequences } from './copying.ts';
import { follow } from './following.ts';
import type { Pair } from './pair.ts';

/** Milliseconds that writers may wait for a switch before it is given up. */
const patienceMs = 2000;

const serving = { seal: null, journal: true } as const;
/** The journal of the side that is left stays on, and empty: its rows come from the other side only. */
const left = { seal: 'moved', journal: true } as const;

/** Rejects when the time is up, and makes `signal` aborted. */
function deadline(ms: number): { signal: AbortSignal; passed: Promise<never>; [Symbol.dispose](): void } {
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new UnavailableError(`a shard could not be moved within ${ms} ms`);
    controller.abort(error);
    reject(error);
  }, ms);
  promise.catch(() => undefined);
  return { signal: controller.signal, passed: promise, [Symbol.dispose]: () => clearTimeout(timer) };
}

/** Everything up to the flip. Each step looks first whether it still may. */
async function makeReady(pair: Pair, signal: AbortSignal): Promise<void> {
  const { shard, truth, copy } = pair;
  const steps = [
    () => truth.setState(shard, left),
    () => follow(pair, Number.POSITIVE_INFINITY),
    () => copySequences(pair),
    () => copy.setState(shard, serving),
  ];
  for (const step of steps) {
    signal.throwIfAborted();
    await step();
  }
  signal.throwIfAborted();
}

/** Puts both sides back as they were. The truth comes first, so that people can write again. */
export async function takeBack({ shard, truth, copy }: Pair): Promise<void> {
  await truth.setState(shard, serving);
  await copy.setState(shard, { seal: 'moved', journal: false });
}

/**
 * Makes `name`, the copy's engine, the one that a shard lives in. Answers the milliseconds that writers waited. When it
 * rejects, the map tells where the shard lives, and `takeBack` has to be called for that side, for it may be sealed still.
 */
export async function switchTo(router: ShardRouter, pair: Pair, name: string): Promise<number> {
  // What has gathered is brought before anybody waits.
  await follow(pair);
  const start = performance.now();
  const { steps, error } = await switched(router, pair, name);
  // What hangs may still end; nothing else may be done to this shard before.
  await steps.catch(() => undefined);
  if (error !== undefined) throw error;
  return performance.now() - start;
}

interface Switched {
  readonly steps: Promise<void>;
  readonly error: unknown;
}

async function switched(router: ShardRouter, pair: Pair, name: string): Promise<Switched> {
  using _paused = router.pauseWriters(pair.shard);
  using limit = deadline(patienceMs);
  const steps = makeReady(pair, limit.signal);
  try {
    await Promise.race([steps, limit.passed]);
    await router.reroute((topology) => moveRange(topology, pair.shard, pair.shard, name));
    return { steps, error: undefined };
  } catch (error) {
    // The map may have been written although somebody says that it was not.
    if (backendOf(await router.refresh(), pair.shard) === name) return { steps, error: undefined };
    await takeBack(pair).catch(() => undefined);
    return { steps, error };
  }
}
