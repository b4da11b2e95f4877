/** Wires what goes out to the world: mail, webhooks, exports. */
import type { Config } from '#apps/config/config';
import { systemClock } from '#kernel/clock';
import type { Tracing } from '#kernel/tracing/tracing';
import type { Accounts } from '#services/accounts/contract';
import type { Boards } from '#services/boards/contract';
import { createExports } from '#services/exports/index';
import type { Jobs } from '#services/jobs/contract';
import { createMail } from '#services/mail/index';
import type { Media } from '#services/media/contract';
import { Poster } from '#services/media/index';
import type { Store } from '#services/store/contract';
import { createWebhooks } from '#services/webhooks/index';
import type { Engines } from './compose-engines.ts';
import { traceJob } from './compose-telemetry.ts';

/** What outlets stand on. */
export interface OutletsBase {
  readonly config: Pick<Config, 'mail' | 'allowLoopback'>;
  readonly engines: Pick<Engines, 'blobs' | 'registry'>;
  readonly tracing: Tracing | undefined;
  readonly store: Store;
  readonly jobs: Jobs;
  readonly accounts: Accounts;
  readonly boards: Boards;
  readonly media: Media;
}

/** The outlets, with their jobs' handlers registered, and the consumer that feeds webhooks. */
export function composeOutlets({ config, engines, tracing, ...services }: OutletsBase) {
  const { jobs } = services;
  const clock = systemClock;
  const mail = createMail({ jobs, server: config.mail });
  const exports = createExports({ ...services, blobs: engines.blobs, clock });
  const poster = new Poster({ allowLoopback: config.allowLoopback });
  const { webhooks, consumer } = createWebhooks({ ...services, registry: engines.registry, clock, poster });
  for (const outlet of [mail, exports, webhooks])
    for (const handler of outlet.handlers()) jobs.handle(traceJob(tracing, handler));
  return { outlets: { mail, exports, webhooks }, consumer };
}
