/** Engines that shards are moved to: put on the map, and taken off it when nothing lives there. */
import { isDeepStrictEqual } from 'node:util';
import type { ShardRouter } from '#engines/shards/routing';
import type { BackendSpec, Topology } from '#engines/shards/topology';
import { shardsPerBackend } from '#engines/shards/topology-ranges';
import { InvalidInputError } from '#kernel/errors';

/** A target by its name on the map. */
export interface Target {
  readonly name: string;
  /** Whether it was put on the map just now. */
  readonly added: boolean;
}

function nameOf({ backends }: Topology, spec: BackendSpec): string | undefined {
  return Object.keys(backends).find((name) => isDeepStrictEqual(backends[name], spec));
}

function freshName({ backends }: Topology, { kind }: BackendSpec): string {
  for (let n = 1; ; n += 1) if (!Object.hasOwn(backends, `${kind}-${n}`)) return `${kind}-${n}`;
}

/** Finds a target on the map, or puts it there. Throws `InvalidInputError` for a name that is not on it. */
export async function requireTarget(router: ShardRouter, to: string | BackendSpec): Promise<Target> {
  const topology = await router.refresh();
  if (typeof to === 'string') {
    if (Object.hasOwn(topology.backends, to)) return { name: to, added: false };
    throw new InvalidInputError('to', `must be one of: ${Object.keys(topology.backends).join(', ')}`);
  }
  const known = nameOf(topology, to);
  if (known !== undefined) return { name: known, added: false };
  const after = await router.reroute((map) =>
    nameOf(map, to) === undefined ? { ...map, backends: { ...map.backends, [freshName(map, to)]: to } } : map,
  );
  return { name: nameOf(after, to) ?? '', added: true };
}

/** Takes engines off the map in which no shard lives. */
export async function dropUnused(router: ShardRouter, names: Iterable<string>): Promise<void> {
  const unused = (map: Topology) =>
    [...new Set(names)].filter((name) => shardsPerBackend(map).get(name) === 0);
  if (unused(router.topology).length === 0) return;
  await router.reroute((map) => {
    const gone = new Set(unused(map));
    const kept = Object.entries(map.backends).filter(([name]) => !gone.has(name));
    return { ...map, backends: Object.fromEntries(kept) };
  });
}
