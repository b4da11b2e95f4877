/** Depth, age and failures of each name as metrics, taken every fifteen seconds. */
import type { Queue } from '#engines/queue/port';
import type { Clock } from '#kernel/clock';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';

/** What is measured, and where it is told. */
export interface GaugesDeps {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
}

const everyMs = 15_000;

/** Tells nothing where there are no metrics. */
export class QueueGauges {
  readonly #deps: GaugesDeps;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: GaugesDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (!this.#deps.metrics) return;
    this.#timer = setInterval(() => void this.#take(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #take(): Promise<void> {
    const { queue, clock, log, metrics } = this.#deps;
    const gauges = (name: string, help: string) => metrics?.gauges(name, help, ['name']);
    try {
      for (const { name, due, failed, oldestDue } of await queue.stats()) {
        const age = oldestDue === null ? 0 : Math.max(0, clock.now() - oldestDue) / 1000;
        gauges('pinakes_jobs_due', 'Jobs that wait and whose time has come.')?.set({ name }, due);
        gauges('pinakes_jobs_failed', 'Jobs that failed for good.')?.set({ name }, failed);
        gauges('pinakes_jobs_oldest_due_seconds', 'How long the oldest due job waits.')?.set({ name }, age);
      }
    } catch (error) {
      log.warn({ err: error }, 'could not measure the queue');
    }
  }
}
