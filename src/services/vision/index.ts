/** Opens vision: the index of looks, its consumer, its job. */
import type { Features } from '#engines/features/port';
import type { PictureLimits, Pictures } from '#engines/pictures/port';
import type { VectorIndex } from '#engines/vector-index/port';
import type { Clock } from '#kernel/clock';
import type { Log } from '#kernel/log';
import type { Boards } from '#services/boards/contract';
import type { Consumer } from '#services/events/contract';
import type { Jobs } from '#services/jobs/contract';
import type { Media } from '#services/media/contract';
import type { Store } from '#services/store/contract';
import { VectorConsumer, type VectorConsumerParts } from './consumer.ts';
import type { Vision } from './contract.ts';
import { Generations } from './generations.ts';
import { Keeper } from './keeper.ts';
import { RefitJob } from './refit-job.ts';
import { StoredVision } from './vision.ts';

/** What vision stands on. */
export interface VisionDeps {
  readonly pictures: Pick<Pictures, 'encoder' | 'dimensions' | 'encode'>;
  readonly features: Features;
  readonly store: Store;
  readonly media: Pick<Media, 'data' | 'variant'>;
  readonly boards: Pick<Boards, 'audiences'>;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  /** Opens the index of a generation, made when there is none. */
  readonly openIndex: (generation: number, dimensions: number) => Promise<VectorIndex>;
  /** Removes the files of a generation's index, which is closed, if there are any. */
  readonly removeIndex: (generation: number) => Promise<void>;
  /** Where projections and the number of the live generation are kept. */
  readonly folder: string;
  /** Limits on files and bytes that are searched with. */
  readonly limits: PictureLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/** Vision with what its owner needs: to be closed when consumers and jobs have stopped. */
export interface OpenVision extends Vision {
  readonly consumerParts: VectorConsumerParts;
  close(): Promise<void>;
}

/** Opens the live generation of the index; `openIndex` decides how long that takes. */
export async function createVision(deps: VisionDeps): Promise<OpenVision> {
  const { features, store, clock, log } = deps;
  const { encoder, dimensions: inputDimensions } = deps.pictures;
  const generations = await Generations.open({ ...deps, encoder, inputDimensions });
  const keeper = await Keeper.open({ generations, features, store, encoder, clock });
  const refitJob = new RefitJob({ jobs: deps.jobs, clock, pictures: () => features.count(encoder) });
  const vision = new StoredVision({ ...deps, generations, keeper, encoder, log, refitJob });
  return Object.assign(vision, {
    consumerParts: { keeper, generations, store, refitJob },
  });
}

/** The consumer `vectors` of an open vision. */
export function createVectorConsumer({ vision }: { vision: Pick<OpenVision, 'consumerParts'> }): Consumer {
  return new VectorConsumer(vision.consumerParts);
}
