/** Alerts on their way to the outlets: each outlet gets them in order, and none waits for another. */
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { Alert, AlertOutlet } from './contract.ts';

/** What may wait for one outlet; more is dropped and counted. */
const most = 100;

/** One line an outlet. */
export class Deliveries {
  readonly #lines: readonly { readonly outlet: AlertOutlet; waiting: number; last: Promise<void> }[];
  readonly #log: Log;
  readonly #counted;

  constructor(outlets: readonly AlertOutlet[], log: Log, metrics?: Metrics) {
    this.#lines = outlets.map((outlet) => ({ outlet, waiting: 0, last: Promise.resolve() }));
    this.#log = log;
    this.#counted = metrics?.counter('pinakes_alert_deliveries_total', 'Alerts sent on.', [
      'outlet',
      'outcome',
    ]);
  }

  /** Hands an alert to every outlet, without waiting. */
  send(alert: Alert): void {
    for (const line of this.#lines) {
      if (line.waiting >= most) this.#counted?.inc({ outlet: line.outlet.name, outcome: 'dropped' });
      else {
        line.waiting += 1;
        line.last = line.last
          .then(() => this.#deliver(line.outlet, alert))
          .finally(() => (line.waiting -= 1));
      }
    }
  }

  /** Resolves when what was handed over before has been delivered, or not. */
  async settled(): Promise<void> {
    await Promise.all(this.#lines.map(({ last }) => last));
  }

  async #deliver(outlet: AlertOutlet, alert: Alert): Promise<void> {
    try {
      await outlet.deliver(alert);
      this.#counted?.inc({ outlet: outlet.name, outcome: 'delivered' });
    } catch (error) {
      this.#counted?.inc({ outlet: outlet.name, outcome: 'failed' });
      this.#log.error({ err: error, outlet: outlet.name, alert: alert.id }, 'an alert could not be sent');
    }
  }
}
