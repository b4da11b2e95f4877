/** Takes metrics of other programs over UDP, so that they join ours at `/metrics`. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { UdpAddress } from './emitter.ts';
import { parseLine, type StatsdSample } from './lines.ts';

/** What a receiver stands on. */
export interface StatsdReceiverDeps {
  readonly metrics: Metrics;
  readonly at: UdpAddress;
  readonly log: Log;
  /** How many names are told apart; 500 when left out. */
  readonly mostNames?: number | undefined;
  /** Lines taken in a second; 20,000 when left out. */
  readonly linesPerSecond?: number | undefined;
}

/** What became of a line. */
type Outcome = 'taken' | 'malformed' | 'too_many_names' | 'too_fast';

/** A receiver that listens. */
export interface StatsdReceiver {
  /** Where it listens; the port is known even if 0 was asked for. */
  readonly address: UdpAddress;
  close(): Promise<void>;
}

/** Files samples under three metrics, a label for the name. */
class Intake {
  readonly #deps: StatsdReceiverDeps;
  readonly #names = new Set<string>();
  readonly #lines;
  readonly #counters;
  readonly #gauges;
  readonly #timers;
  #second = 0;
  #taken = 0;

  constructor(deps: StatsdReceiverDeps) {
    const { metrics } = deps;
    this.#deps = deps;
    this.#lines = metrics.counter('pinakes_statsd_lines_total', 'StatsD lines, by what became of them.', [
      'outcome',
    ]);
    this.#counters = metrics.counter('pinakes_statsd_received_total', 'Counters of others.', ['name']);
    this.#gauges = metrics.gauges('pinakes_statsd_received_value', 'Gauges of others.', ['name']);
    this.#timers = metrics.timer('pinakes_statsd_received_seconds', 'Durations of others.', ['name']);
  }

  take(datagram: Buffer): void {
    for (const line of datagram.toString('utf8').split('\n')) {
      if (line !== '') this.#lines.inc({ outcome: this.#takeLine(line) });
    }
  }

  #takeLine(line: string): Outcome {
    if (this.#isTooFast()) return 'too_fast';
    const sample = parseLine(line);
    if (!sample) return 'malformed';
    if (!this.#knows(sample)) return 'too_many_names';
    this.#file(sample);
    return 'taken';
  }

  #isTooFast(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) [this.#second, this.#taken] = [second, 0];
    this.#taken += 1;
    return this.#taken > (this.#deps.linesPerSecond ?? 20_000);
  }

  #knows({ name, kind }: StatsdSample): boolean {
    const key = `${kind} ${name}`;
    if (this.#names.has(key)) return true;
    if (this.#names.size >= (this.#deps.mostNames ?? 500)) return false;
    this.#names.add(key);
    return true;
  }

  #file({ name, kind, value, isChange, rate }: StatsdSample): void {
    if (kind === 'counter') this.#counters.inc({ name }, value / rate);
    else if (kind === 'timer') this.#timers.observe({ name }, value / 1000);
    else if (isChange) this.#gauges.inc({ name }, value);
    else this.#gauges.set({ name }, value);
  }
}

/**
 * Listens until closed. Lines that are none, names beyond the bound and lines beyond the rate are dropped and counted in
 * `pinakes_statsd_lines_total`. Sampled counters are scaled up. Rejects when the address cannot be bound.
 */
export function receiveStatsd(deps: StatsdReceiverDeps): Promise<StatsdReceiver> {
  const { at, log } = deps;
  const intake = new Intake(deps);
  const socket = createSocket(isIPv6(at.host) ? 'udp6' : 'udp4').unref();
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (datagram) => intake.take(datagram));
    socket.bind(at.port, at.host, () => {
      socket.off('error', reject).on('error', (error) => log.warn({ err: error }, 'statsd'));
      const { address: host, port } = socket.address();
      const close = () => new Promise<void>((done) => socket.close(done));
      resolve({ address: { host, port }, close });
    });
  });
}
