/** From the event log to deliveries. */
import type { NewJob } from '#engines/queue/port';
import type { Clock } from '#kernel/clock';
import type { Boards } from '#services/boards/contract';
import type { Consumer } from '#services/events/contract';
import type { Jobs } from '#services/jobs/contract';
import { deliveryOf, ownerOf } from './delivery.ts';
import type { Hook, Hooks } from './hooks.ts';
import { audible, type Subject, type Told, toldOf } from './messages.ts';

/** What the consumer stands on. */
export interface WebhooksConsumerDeps {
  readonly hooks: Hooks;
  readonly boards: Pick<Boards, 'data'>;
  readonly jobs: Pick<Jobs, 'enqueueMany'>;
  readonly clock: Clock;
}

/** What happened longer ago is news to nobody: a log that was away for days, or a shard that was restored. */
const newsMs = 7 * 86_400_000;

type Happening = { readonly told: Told; readonly subject: Subject | null };

async function deliveriesTo(
  hook: Hook,
  all: readonly Happening[],
  { boards, clock }: WebhooksConsumerDeps,
): Promise<NewJob[]> {
  const from = Math.max(hook.createdAt, clock.now() - newsMs);
  const asked = all.filter(({ told: { kind, at } }) => at >= from && hook.kinds.some((one) => one === kind));
  const heard = await audible(boards, ownerOf(hook), asked);
  return heard.map(({ told, subject }) => deliveryOf(hook.id, told, subject));
}

/** Makes the consumer. A change that comes again makes a message of the same id. Cost where there are no hooks: nothing. */
export function createConsumer(deps: WebhooksConsumerDeps): Consumer {
  return {
    name: 'webhooks',
    isOutward: true,
    async apply(changes) {
      const hooks = (await deps.hooks.all()).filter(({ enabled }) => enabled);
      if (hooks.length === 0) return;
      const all = changes.flatMap((change) => toldOf(change) ?? []);
      const jobs = await Promise.all(hooks.map((hook) => deliveriesTo(hook, all, deps)));
      if (jobs.some((some) => some.length > 0)) await deps.jobs.enqueueMany(jobs.flat());
    },
    async reset() {},
  };
}
