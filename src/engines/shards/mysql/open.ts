/** Opening the shards of a server that speaks MySQL's protocol. */
import { type Clock, systemClock } from '#kernel/clock';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { MovableShards } from '../transfer.ts';
import { Connections } from './connections.ts';
import type { Copying } from './copier-protocol.ts';
import { Engine } from './engine.ts';
import type { Layout } from './layout.ts';
import type { Link } from './link.ts';
import type { Finding } from './probe.ts';
import { sessionOf } from './session.ts';
import { SqlShards } from './shards.ts';

/** What engines of this kind have in common. */
export interface SqlOptions {
  /** How many virtual shards there are; any of them may live here. */
  readonly count: number;
  /** The count that claims are hashed over; `count` when left out. */
  readonly claimCount?: number;
  /** Stamps new objects; the machine's clock when left out. */
  readonly clock?: Clock;
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
  /** How many connections read at once, 8 when left out, and how many write, 8 when left out. */
  readonly readers?: number;
  readonly writers?: number;
  /** Milliseconds that a statement may take; 10,000 when left out. */
  readonly statementMs?: number;
  /** Milliseconds between two looks at each server; 250 when left out. */
  readonly lookMs?: number;
  /** Seconds that a replica may be behind to be read from; 10 when left out. */
  readonly lagLimitSeconds?: number;
}

/** Where the servers are, and how they are spoken to. */
export interface SqlServers {
  readonly layout: Layout;
  readonly primary: string;
  readonly replicas: readonly string[];
  /** Looks at the primary before the first write, and logs what is wrong with it. */
  readonly check: (link: Link, log: Log) => Promise<void>;
  /** Looks how a server stands. */
  readonly look: (link: Link) => Promise<Finding>;
  /** Looks at every new connection for writing; rejects when the server must not be written to. */
  readonly checkWriter?: (link: Link) => Promise<void>;
}

/** How long a statement may take unless told. */
export const usualStatementMs = 10_000;

/** Opens shards; contacts nobody yet. `copier` copies in a thread; without it the calling thread does. */
export function openSqlShards(
  options: SqlOptions,
  { layout, check, ...servers }: SqlServers,
  copier?: Copying,
): MovableShards {
  const { count, claimCount = count, clock = systemClock, log, statementMs = usualStatementMs } = options;
  const connections = new Connections({
    ...servers,
    session: (ms) => sessionOf(layout, ms),
    readers: options.readers ?? 8,
    writers: options.writers ?? 8,
    statementMs,
    lookMs: options.lookMs ?? 250,
    lagLimitSeconds: options.lagLimitSeconds ?? 10,
    log,
    metrics: options.metrics,
    ...(log && { greet: (link: Link) => check(link, log) }),
  });
  return new SqlShards({
    engine: new Engine({ count, layout, connections, copier }),
    claimCount,
    clock,
    log,
  });
}
