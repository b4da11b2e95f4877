import type { Consumer, DeliveredChange } from '#services/events/contract';
import type { Store } from '#services/store/contract';
import { affectedBy } from './affected.ts';
import type { Generations } from './generations.ts';
import type { Keeper } from './keeper.ts';
import type { RefitJob } from './refit-job.ts';

/** What the consumer stands on. */
export interface VectorConsumerParts {
  readonly keeper: Keeper;
  readonly generations: Generations;
  readonly store: Store;
  readonly refitJob: RefitJob;
}

/** The consumer `vectors`: who may find which picture by its looks. */
export class VectorConsumer implements Consumer {
  readonly name = 'vectors';
  readonly #parts: VectorConsumerParts;

  constructor(parts: VectorConsumerParts) {
    this.#parts = parts;
  }

  async apply(changes: readonly DeliveredChange[]): Promise<void> {
    const { store, keeper, generations, refitJob } = this.#parts;
    const affected = await affectedBy(store, changes);
    if (affected.media.length === 0) return;
    await keeper.refresh(affected);
    await refitJob.consider(generations.live.state.fitted);
  }

  readonly checkpoint = (mark: string): Promise<void> => this.#parts.keeper.checkpoint(mark);
  readonly mark = async (): Promise<string | undefined> => this.#parts.keeper.mark;

  reset(): Promise<void> {
    return this.#parts.keeper.reset();
  }
}
