/** What is told of servers: in the log once a change, and as metrics. */
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { ServerState, ServerStatus } from '../servers.ts';

/** Where it is told. */
export interface ServerMeterOptions {
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
}

const labels = ['server', 'role'];

/** Tells of the servers of one engine. */
export class ServerMeter {
  readonly #log: Log | undefined;
  readonly #up: ReturnType<Metrics['gauges']> | undefined;
  readonly #lag: ReturnType<Metrics['gauges']> | undefined;
  readonly #reads: ReturnType<Metrics['counter']> | undefined;

  constructor({ log, metrics }: ServerMeterOptions) {
    this.#log = log;
    this.#up = metrics?.gauges('pinakes_shard_server_up', 'Servers of shards that serve.', labels);
    this.#lag = metrics?.gauges('pinakes_shard_server_lag_seconds', 'How far replicas are behind.', labels);
    this.#reads = metrics?.counter(
      'pinakes_shard_reads_total',
      'Round trips for reading, by who answered; stale: by a replica that may lack what was acknowledged.',
      ['from'],
    );
  }

  /** A server's state has changed; that it serves from the start is no news. */
  note({ address, role, state, problem }: ServerStatus, before: ServerState): void {
    this.#up?.set({ server: address, role }, state === 'up' ? 1 : 0);
    const about = { server: address, role, state, ...(problem && { problem }) };
    if (state === 'up' && before === 'unknown') return;
    if (state === 'up') this.#log?.info(about, 'a database server serves again');
    else this.#log?.warn(about, wordsOf(role, state));
  }

  /** A replica was looked at. */
  lag({ address, role, lagSeconds }: ServerStatus): void {
    this.#lag?.set({ server: address, role }, lagSeconds ?? Number.NaN);
  }

  /** A round trip for reading was answered. */
  read(from: 'primary' | 'replica' | 'stale'): void {
    this.#reads?.inc({ from });
  }

  /** Servers are not looked at any more. */
  forget(servers: readonly ServerStatus[]): void {
    for (const { address, role } of servers) {
      this.#up?.remove({ server: address, role });
      this.#lag?.remove({ server: address, role });
    }
  }
}

function wordsOf(role: ServerStatus['role'], state: ServerStatus['state']): string {
  if (role === 'replica') return `a replica is left out: ${state}`;
  return state === 'gone'
    ? 'the primary is gone: its shards are read-only, reads go on from replicas and may be stale'
    : `the primary takes no writes: ${state}`;
}
