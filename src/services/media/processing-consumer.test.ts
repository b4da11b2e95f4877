import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#kernel/actor';
import { encodeId, type Id } from '#kernel/ids';
import type { DeliveredChange } from '#services/events/contract';
import type { Jobs } from '#services/jobs/contract';
import type { Store } from '#services/store/contract';
import { createProcessingConsumer } from './processing-consumer.ts';

const id = (local: number): Id => encodeId({ shard: 1, type: 4, local });
const states = new Map([
  [id(1), 'processing'],
  [id(2), 'ready'],
]);

function change(of: Id, type: DeliveredChange['type']): DeliveredChange {
  const place = { shard: 1, sequence: 1, position: { partition: 0, offset: 0 } };
  return { ...place, id: of, type, version: 1, at: 0, actor: null, body: {}, before: null };
}

test('only a stored picture that still waits gets a job, one that is deduplicated by the picture', async () => {
  const enqueued: Parameters<Jobs['enqueueMany']>[0][number][] = [];
  const store = {
    getMany: async (_actor: Actor, ids: readonly Id[]) =>
      new Map(
        ids.flatMap((one) =>
          states.has(one)
            ? [[one, { id: one, data: { state: states.get(one) ?? '' }, version: 1, createdAt: 0 }]]
            : [],
        ),
      ),
  } satisfies Pick<Store, 'getMany'>;
  const jobs: Pick<Jobs, 'enqueueMany'> = {
    enqueueMany: async (all) => {
      enqueued.push(...all);
      return all.map((_, at) => String(at));
    },
  };
  const consumer = createProcessingConsumer({ store, jobs });
  await consumer.apply([1, 2, 3].map((local) => change(id(local), 'media.created')));
  await consumer.apply([change(id(1), 'media.updated')]);
  assert.deepEqual(
    enqueued.map(({ payload, deduplicationKey }) => [payload['mediaId'], deduplicationKey]),
    [[id(1), id(1)]],
  );
});
