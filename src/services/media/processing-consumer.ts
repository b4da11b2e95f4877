/** The consumer `processing`: every stored picture gets its job, even if the process died before it could enqueue it. */
import { system } from '#kernel/actor';
import type { Consumer, DeliveredChange } from '#services/events/contract';
import type { Jobs } from '#services/jobs/contract';
import { dataOf, type Store } from '#services/store/contract';
import type { MediaData } from './contract.ts';
import { processJob } from './processing.ts';

/**
 * Makes the consumer. A picture's event is committed with the picture itself, so none is missed; the job's deduplication
 * key makes it one job with the one that taking in enqueued. Replaying all events enqueues only what still waits.
 */
export function createProcessingConsumer({
  store,
  jobs,
}: {
  store: Pick<Store, 'getMany'>;
  jobs: Pick<Jobs, 'enqueueMany'>;
}): Consumer {
  return {
    name: 'processing',
    async apply(changes: readonly DeliveredChange[]) {
      const created = changes.filter(({ type }) => type === 'media.created').map(({ id }) => id);
      if (created.length === 0) return;
      const stored = await store.getMany(system, created);
      const waiting = [...stored.values()].filter(
        (object) => dataOf<MediaData>(object).state === 'processing',
      );
      if (waiting.length === 0) return;
      const jobsToDo = waiting.map(({ id }) => ({
        name: processJob,
        payload: { mediaId: id },
        deduplicationKey: id,
      }));
      await jobs.enqueueMany(jobsToDo);
    },
    reset: async () => undefined,
  };
}
