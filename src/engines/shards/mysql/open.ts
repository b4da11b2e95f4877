/** Opening the shards of a server that speaks MySQL's protocol. */
import { type Clock, systemClock } from '#kernel/clock';
import type { Log } from '#kernel/log';
import type { MovableShards } from '../transfer.ts';
import { Connections } from './connections.ts';
import { Engine } from './engine.ts';
import type { Layout } from './layout.ts';
import type { Link } from './link.ts';
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
  readonly log?: Log;
  /** How many connections read at once, 8 when left out, and how many write, 8 when left out. */
  readonly readers?: number;
  readonly writers?: number;
  /** Milliseconds that a statement may take; 10,000 when left out. */
  readonly statementMs?: number;
}

/** Where the servers are, and how they are spoken to. */
export interface SqlServers {
  readonly layout: Layout;
  readonly primary: string;
  readonly replicas: readonly string[];
  /** Looks at the primary before the first write, and logs what is wrong with it. */
  readonly check: (link: Link, log: Log) => Promise<void>;
}

/** Opens shards; contacts nobody yet. */
export function openSqlShards(
  options: SqlOptions,
  { layout, primary, replicas, check }: SqlServers,
): MovableShards {
  const { count, claimCount = count, clock = systemClock, log } = options;
  const connections = new Connections({
    primary,
    replicas,
    session: (statementMs) => sessionOf(layout, statementMs),
    readers: options.readers ?? 8,
    writers: options.writers ?? 8,
    statementMs: options.statementMs ?? 10_000,
    ...(log && { greet: (link: Link) => check(link, log) }),
  });
  return new SqlShards({ engine: new Engine(count, layout, connections), claimCount, clock, log });
}
