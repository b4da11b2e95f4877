/** The monitor: what is usual, and alerts when it is not. */
import type { Monitor } from './contract.ts';
import { LiveMonitor, type MonitorDeps } from './live-monitor.ts';

export { type Announcer, createMailOutlet, createWebhookOutlet, type Mailer } from './outlets.ts';

/** Makes the service. Counts from now on; follows actions and the clock from `start`. */
export function createMonitor(deps: MonitorDeps): Monitor {
  return new LiveMonitor(deps);
}
