import type { Config } from '#apps/config/config';
import type { Services } from '#apps/services';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { Tracing } from '#kernel/tracing/tracing';

/** What the HTTP server stands on. */
export interface ApiDeps {
  readonly services: Services;
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Undefined where no traces are sent. */
  readonly tracing?: Tracing | undefined;
}
