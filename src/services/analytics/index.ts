/** The analytics service: how one's own pins and boards do. */
import { type AnalyticsDeps, TalliedAnalytics } from './analytics.ts';
import type { Analytics } from './contract.ts';

export { createAnalyticsConsumer } from './consumer.ts';

/** Makes the service; the consumer fills the same tallies. */
export function createAnalytics(deps: AnalyticsDeps): Analytics {
  return new TalliedAnalytics(deps);
}
