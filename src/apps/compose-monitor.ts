/** Wires the monitor, and where its alerts go. */
import path from 'node:path';
import type { Config } from '#apps/config/config';
import { systemClock } from '#kernel/clock';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { Capacity } from '#services/capacity/contract';
import type { Events } from '#services/events/contract';
import type { Jobs } from '#services/jobs/contract';
import type { AlertOutlet, Monitor } from '#services/monitor/contract';
import {
  type Announcer,
  createMailOutlet,
  createMonitor,
  createWebhookOutlet,
  type Mailer,
} from '#services/monitor/index';
import type { Engines } from './compose-engines.ts';

/** Whom the monitor asks, and whom it tells. */
interface Neighbours {
  readonly jobs: Jobs;
  readonly events: Events;
  readonly capacity: Capacity;
  readonly mail: Mailer;
  readonly webhooks: Announcer;
}

function outletsOf({ alertMail, origin, host, port }: Config, { mail, webhooks }: Neighbours): AlertOutlet[] {
  const page = `${origin ?? `http://${host}:${port}`}/operations/live`;
  return [
    ...(alertMail !== null ? [createMailOutlet(mail, alertMail, page)] : []),
    createWebhookOutlet(webhooks),
  ];
}

/** The monitor of one installation. */
export function composeMonitor(
  base: { readonly config: Config; readonly engines: Engines; readonly log: Log; readonly metrics: Metrics },
  neighbours: Neighbours,
): Monitor {
  const { config, engines, log, metrics } = base;
  const { eventLog, queue, cache } = engines;
  const { jobs, events, capacity } = neighbours;
  return createMonitor({
    ...{ eventLog, queue, cache, jobs, events, capacity, metrics },
    clock: systemClock,
    log: log.child({ part: 'monitor' }),
    file: path.join(config.data, 'derived', 'monitor.json'),
    outlets: outletsOf(config, neighbours),
  });
}
