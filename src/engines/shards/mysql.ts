/** The shards port on MySQL or MariaDB, a schema a shard. */
import { type Clock, systemClock } from '#kernel/clock';
import { InvalidInputError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import { Connections } from './mysql/connections.ts';
import { Engine } from './mysql/engine.ts';
import { schemaLayout } from './mysql/layout.ts';
import type { Link } from './mysql/link.ts';
import { sessionOf } from './mysql/session.ts';
import { checkSettings } from './mysql/settings.ts';
import { SqlShards } from './mysql/shards.ts';
import type { MovableShards } from './transfer.ts';

/** How to open the shards of one primary server. */
export interface MysqlShardsOptions {
  /** `mysql://user:password@host:port`; the user may create databases that are called `prefix` and what follows. */
  readonly primary: string;
  /** The same of servers that follow the primary. */
  readonly replicas?: readonly string[];
  /** How many virtual shards there are; any of them may live here. */
  readonly count: number;
  /** The count that claims are hashed over; `count` when left out. */
  readonly claimCount?: number;
  /** What schemas' names begin with, in front of `_00123`; `pinakes` when left out. */
  readonly prefix?: string;
  /** Stamps new objects; the machine's clock when left out. */
  readonly clock?: Clock;
  readonly log?: Log;
  /** How many connections read at once, 8 when left out, and how many write, 8 when left out. */
  readonly readers?: number;
  readonly writers?: number;
  /** Milliseconds that a statement may take; 10,000 when left out. */
  readonly statementMs?: number;
}

const prefixPattern = /^[a-z][a-z0-9]{0,31}$/;

/**
 * Opens the shards of a primary. Nothing is contacted before the first use; the first write warns of settings that lose what was acknowledged. Schemas are made by the first write to a shard.
 * A commit takes two round trips and shares its transaction with those of the same process that wait for the same shard.
 */
export async function openMysqlShards(options: MysqlShardsOptions): Promise<MovableShards> {
  const { count, claimCount = count, prefix = 'pinakes', clock = systemClock, log } = options;
  if (!prefixPattern.test(prefix))
    throw new InvalidInputError('prefix', 'must be 1 to 32 of a-z and 0-9, a letter first');
  const layout = schemaLayout(prefix);
  const connections = new Connections({
    primary: options.primary,
    replicas: options.replicas ?? [],
    session: (statementMs) => sessionOf(layout, statementMs),
    readers: options.readers ?? 8,
    writers: options.writers ?? 8,
    statementMs: options.statementMs ?? 10_000,
    ...(log && { greet: (link: Link) => checkSettings(link, log) }),
  });
  return new SqlShards({ engine: new Engine(count, layout, connections), claimCount, clock, log });
}
