/** The shards port on TiDB: one database, in which a shard is a range of rows. */
import { InvalidInputError } from '#kernel/errors';
import { copierOf } from './mysql/copier.ts';
import { openSqlShards, type SqlOptions } from './mysql/open.ts';
import { tidbServers } from './mysql/targets.ts';
import type { MovableShards } from './transfer.ts';

/** How to open the shards of one cluster. */
export interface TidbShardsOptions extends SqlOptions {
  /** `mysql://user:password@host:port` of a TiDB server, or of a balancer in front of several. */
  readonly url: string;
  /** The database, made by the first write when it is missing; `pinakes` when left out. */
  readonly database?: string;
}

const databasePattern = /^[a-z][a-z0-9_]{0,31}$/;

/**
 * Opens the shards of a cluster. Nothing is contacted before the first use; tables are made by the write that needs them
 * first. A commit takes two round trips; those to one shard come one after the other, whatever process they come from.
 */
export async function openTidbShards(options: TidbShardsOptions): Promise<MovableShards> {
  const { url, database = 'pinakes' } = options;
  if (!databasePattern.test(database))
    throw new InvalidInputError('database', 'must be 1 to 32 of a-z, 0-9 and _, a letter first');
  const target = { kind: 'tidb', url, database } as const;
  return openSqlShards(options, tidbServers(target), copierOf(options, target));
}
