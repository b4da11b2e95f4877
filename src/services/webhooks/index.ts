/** The webhooks service: what happens here, told to other programs. */
import type { Registry } from '#engines/registry/port';
import type { Clock } from '#kernel/clock';
import type { Boards } from '#services/boards/contract';
import type { Consumer } from '#services/events/contract';
import type { Jobs } from '#services/jobs/contract';
import { createConsumer } from './consumer.ts';
import type { Webhooks } from './contract.ts';
import { HookHealth } from './health.ts';
import { Hooks } from './hooks.ts';
import { QueuedWebhooks, type WebhooksDeps } from './webhooks.ts';

/** What the service needs. */
export interface WebhooksOptions {
  readonly registry: Pick<Registry, 'getSetting' | 'setSetting'>;
  readonly jobs: Jobs;
  readonly boards: Pick<Boards, 'data'>;
  readonly clock: Clock;
  /** Sends to public addresses alone. */
  readonly poster: WebhooksDeps['poster'];
}

/** Makes the service and the consumer of the event log that feeds it. Register `handlers()` with the jobs service before that starts. */
export function createWebhooks(options: WebhooksOptions): { webhooks: Webhooks; consumer: Consumer } {
  const hooks = new Hooks(options.registry);
  const health = new HookHealth(hooks, options.clock);
  return {
    webhooks: new QueuedWebhooks({ ...options, hooks, health }),
    consumer: createConsumer({ ...options, hooks }),
  };
}
