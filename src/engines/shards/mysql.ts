/** The shards port on MySQL or MariaDB, a schema a shard. */
import { InvalidInputError } from '#kernel/errors';
import { copierOf } from './mysql/copier.ts';
import { openSqlShards, type SqlOptions } from './mysql/open.ts';
import { mysqlServers } from './mysql/targets.ts';
import type { MovableShards } from './transfer.ts';

/** How to open the shards of one primary server. */
export interface MysqlShardsOptions extends SqlOptions {
  /** `mysql://user:password@host:port`; the user may create databases that are called `prefix` and what follows. */
  readonly primary: string;
  /** The same of servers that follow the primary. */
  readonly replicas?: readonly string[];
  /** What schemas' names begin with, in front of `_00123`; `pinakes` when left out. */
  readonly prefix?: string;
  /** Who the primary is: MariaDB's `server_id`, MySQL's `server_uuid`. Writes to another at its address are refused. */
  readonly serverId?: string | undefined;
}

const prefixPattern = /^[a-z][a-z0-9]{0,31}$/;

/**
 * Opens the shards of a primary. Nothing is contacted before the first use; the first write warns of settings that lose what
 * was acknowledged. Schemas are made by the first write to a shard. A commit takes two round trips and shares its transaction
 * with those of the same process that wait for the same shard.
 */
export async function openMysqlShards(options: MysqlShardsOptions): Promise<MovableShards> {
  const { primary, replicas = [], prefix = 'pinakes' } = options;
  if (!prefixPattern.test(prefix))
    throw new InvalidInputError('prefix', 'must be 1 to 32 of a-z and 0-9, a letter first');
  const target = { kind: 'mysql', primary, prefix, serverId: options.serverId } as const;
  return openSqlShards(options, mysqlServers(target, replicas), copierOf(options, target));
}
