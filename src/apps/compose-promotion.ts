/** Promotion of replicas: the servers first, then the map. */
import { isDeepStrictEqual } from 'node:util';
import type { MysqlSpec, Promotion } from '#engines/shards/mysql/promote';
import type { ShardRouter } from '#engines/shards/routing';
import type { Topology } from '#engines/shards/topology';
import { ConflictError, InvalidInputError, NotFoundError } from '#kernel/errors';

function specOf({ backends }: Topology, name: string): MysqlSpec {
  const spec = backends[name];
  if (!spec) throw new NotFoundError(`backend: ${name}`);
  if (spec.kind !== 'mysql' || spec.replicas.length === 0)
    throw new InvalidInputError('backend', 'must be a MySQL or MariaDB server with replicas');
  return spec;
}

/**
 * Makes a replica of an engine its primary, in all processes. Rejects as `promoteReplica` does, and with `ConflictError`
 * when somebody else changes the engine meanwhile: then the replica takes no writes.
 */
export async function promoteBackend(router: ShardRouter, name: string, to?: string): Promise<Promotion> {
  const spec = specOf(await router.refresh(), name);
  const { demote, promoteReplica } = await import('#engines/shards/mysql/promote');
  const promotion = await promoteReplica(spec, to);
  try {
    await router.reroute((topology) => {
      if (!isDeepStrictEqual(topology.backends[name], spec))
        throw new ConflictError(`${name} was changed by somebody else meanwhile; look at it and try again`);
      return { ...topology, backends: { ...topology.backends, [name]: promotion.spec } };
    });
    return promotion;
  } catch (error) {
    await demote(promotion.spec.primary);
    throw error;
  }
}
