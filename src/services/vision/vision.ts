import type { Features } from '#engines/features/port';
import { mostMatches, type VectorMatch } from '#engines/vector-index/port';
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Boards } from '#services/boards/contract';
import type { JobHandler } from '#services/jobs/contract';
import type { PictureQuery, SimilarMedia, Vision, VisionStatus } from './contract.ts';
import { type Generation, type Generations, vectorIn } from './generations.ts';
import { encodeQuery, type QueryDeps } from './queries.ts';
import { type RefitDeps, refit } from './refit.ts';
import type { RefitJob } from './refit-job.ts';

/** What the service stands on. */
export interface StoredVisionDeps extends QueryDeps, RefitDeps {
  readonly generations: Generations;
  readonly features: Features;
  readonly boards: Pick<Boards, 'audiences'>;
  readonly refitJob: RefitJob;
}

const found = ({ key, score }: VectorMatch): SimilarMedia => ({ mediaId: key, score });
const within = (limit: number): number => Math.min(Math.max(1, Math.floor(limit)), mostMatches);

/** Vision over one library's generations. */
export class StoredVision implements Vision {
  readonly #deps: StoredVisionDeps;
  #refitting: Promise<boolean> | undefined;

  constructor(deps: StoredVisionDeps) {
    this.#deps = deps;
  }

  async similar(viewer: Actor, query: PictureQuery, limit: number): Promise<SimilarMedia[]> {
    if (query.kind === 'media') {
      return (await this.similarToMany(viewer, [query.mediaId], limit)).get(query.mediaId) ?? [];
    }
    const [raw, audiences] = await Promise.all([
      encodeQuery(this.#deps, query),
      this.#deps.boards.audiences(viewer),
    ]);
    return this.#deps.generations.use(async (generation) => {
      const vector = vectorIn(generation, raw);
      const [matches = []] = await generation.index.nearest([{ vector, limit: within(limit), audiences }]);
      return matches.map(found);
    });
  }

  async similarToMany(
    viewer: Actor,
    mediaIds: readonly Id[],
    limit: number,
  ): Promise<Map<Id, SimilarMedia[]>> {
    const audiences = await this.#deps.boards.audiences(viewer);
    return this.#deps.generations.use(async (generation) => {
      const vectors = [...(await this.#vectors(generation, mediaIds))];
      const queries = vectors.map(([, vector]) => ({ vector, limit: within(limit), audiences }));
      const matches = await generation.index.nearest(queries);
      const answers = new Map<Id, SimilarMedia[]>(mediaIds.map((id) => [id, []]));
      for (const [i, [id]] of vectors.entries()) answers.set(id, (matches[i] ?? []).map(found));
      return answers;
    });
  }

  /** Asked for while one is under way, answers that one. */
  refit(): Promise<boolean> {
    this.#refitting ??= refit(this.#deps).finally(() => {
      this.#refitting = undefined;
    });
    return this.#refitting;
  }

  handlers(): JobHandler[] {
    return [this.#deps.refitJob.handler(() => this.refit())];
  }

  async status(): Promise<VisionStatus> {
    const { features, encoder, generations } = this.#deps;
    const { index, state } = generations.live;
    const [indexed, known] = await Promise.all([index.size(), features.count(encoder)]);
    const { generation, fitted } = state;
    return { indexed, features: known, generation, dimensions: index.dimensions, fitted };
  }

  /** Lets a refit that is under way end, then closes the index. */
  async close(): Promise<void> {
    await this.#refitting?.catch(() => undefined);
    await this.#deps.generations.close();
  }

  // A picture that has features but no entry yet, or none that anybody may find, can still be asked about.
  async #vectors(generation: Generation, mediaIds: readonly Id[]): Promise<Map<Id, Float32Array>> {
    const vectors = await generation.index.get(mediaIds);
    const missing = mediaIds.filter((id) => !vectors.has(id));
    if (missing.length === 0) return vectors;
    const raw = await this.#deps.features.getMany(this.#deps.encoder, missing);
    for (const id of missing) {
      const values = raw.get(id);
      if (values) vectors.set(id, vectorIn(generation, values));
    }
    return vectors;
  }
}
