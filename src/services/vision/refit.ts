/**
 * Refitting: a projection for the library as it is now, and an index made with it.
 *
 * Phases: fit to an even sample of all features, in a thread; begin a generation beside the live
 * one; project all features in the thread and add them, while changes go to both; put the new one
 * in place. Queries go on throughout. A death on the way leaves the live generation as it was.
 */
import type { Features } from '#engines/features/port';
import type { Id } from '#kernel/ids';
import type { Log } from '#kernel/log';
import type { Generations } from './generations.ts';
import { projectedDimensions, refitDue } from './growth.ts';
import type { Keeper } from './keeper.ts';
import type { Projection } from './projection.ts';
import { fitSampleLimit } from './projection-fit.ts';
import type { ProjectionThread } from './projection-thread.ts';
import type { Rows } from './projection-worker.ts';

/** What refitting stands on. */
export interface RefitDeps {
  readonly generations: Generations;
  readonly keeper: Keeper;
  readonly features: Features;
  readonly encoder: string;
  readonly log: Log;
}

const featuresAtOnce = 100;

async function* scan({
  features,
  encoder,
}: RefitDeps): AsyncGenerator<{ entity: string; value: Float32Array }[]> {
  let after: string | undefined = '';
  while (after !== undefined) {
    const page = await features.scan(encoder, after, featuresAtOnce);
    if (page.length > 0) yield page;
    after = page.length === featuresAtOnce ? page.at(-1)?.entity : undefined;
  }
}

/** Every n-th picture's features, so that at most 5,000 come together, laid out as they are read. */
async function sample(deps: RefitDeps, pictures: number): Promise<Rows> {
  const length = deps.generations.live.state.inputDimensions;
  const step = Math.max(1, pictures / fitSampleLimit);
  const values = new Float32Array(Math.min(pictures, fitSampleLimit) * length);
  let chosen = 0;
  let seen = 0;
  for await (const page of scan(deps)) {
    for (const { value } of page) {
      if (seen >= chosen * step && (chosen + 1) * length <= values.length)
        values.set(value, chosen++ * length);
      seen += 1;
    }
  }
  return { values: chosen * length === values.length ? values : values.slice(0, chosen * length), length };
}

async function fill(deps: RefitDeps, thread: ProjectionThread): Promise<void> {
  for await (const page of scan(deps)) {
    const vectors = await thread.project(page.map(({ value }) => value));
    const none = new Float32Array(projectedDimensions);
    await deps.keeper.add(new Map(page.map(({ entity }, i) => [entity as Id, vectors[i] ?? none])));
  }
}

async function build(deps: RefitDeps, thread: ProjectionThread, projection: Projection, pictures: number) {
  const { generations, keeper } = deps;
  const next = await generations.begin(projection, pictures);
  try {
    await keeper.build(next);
    await fill(deps, thread);
    await keeper.replace();
  } catch (error) {
    await keeper.build(undefined);
    if (generations.live !== next) await generations.abandon(next);
    throw error;
  }
}

/** Refits if the library has grown enough since the last time; answers whether it did. Call once at a time. */
export async function refit(deps: RefitDeps): Promise<boolean> {
  const started = performance.now();
  const pictures = await deps.features.count(deps.encoder);
  if (refitDue(pictures, deps.generations.live.state.fitted) === 'no') return false;
  const { ProjectionThread } = await import('./projection-thread.ts');
  await using thread = new ProjectionThread();
  const projection = await thread.fit(await sample(deps, pictures), projectedDimensions);
  await build(deps, thread, projection, pictures);
  const seconds = (performance.now() - started) / 1000;
  deps.log.info(
    { pictures, generation: deps.generations.live.state.generation, seconds },
    'projection refitted',
  );
  return true;
}
