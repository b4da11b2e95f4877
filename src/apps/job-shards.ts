/** Which engines of the map of shards have a part of the queue, remembered in the registry: numbers stay, for ids tell them. */
import { isDeepStrictEqual } from 'node:util';
import Type, { type Static } from 'typebox';
import { mostShards } from '#engines/queue/job-shard';
import type { Registry } from '#engines/registry/port';
import type { Topology } from '#engines/shards/topology';
import { ConflictError } from '#kernel/errors';
import type { Json } from '#kernel/json';
import { check } from '#kernel/schema';

const setting = 'queue';

const KnownShardSchema = Type.Object({
  /** The engine's; `fileShard` for all that are files. */
  name: Type.String(),
  number: Type.Integer(),
  /** The address of its server when it was last on the map; null for the file. */
  primary: Type.Union([Type.String(), Type.Null()]),
});
export type KnownShard = Static<typeof KnownShardSchema>;

const BookSchema = Type.Object({ shards: Type.Array(KnownShardSchema), next: Type.Integer() });
type Book = Static<typeof BookSchema>;

/** The name of the shard that is a file; no engine can have it. */
export const fileShard = 'queue.sqlite';

/** Engines that can have jobs, with the addresses of their servers. TiDB, which does not skip locked rows, cannot. */
function enginesOf({ backends }: Topology): Map<string, string | null> {
  return new Map(
    Object.entries(backends).flatMap(([name, spec]): [string, string | null][] => {
      if (spec.kind === 'mysql') return [[name, spec.primary]];
      return spec.kind === 'sqlite' ? [[fileShard, null]] : [];
    }),
  );
}

/** The book of an installation whose jobs are all on one engine so far. */
function bookOfOne(name: string, engines: ReadonlyMap<string, string | null>): Book {
  const primary = engines.get(name);
  if (primary !== undefined) return { shards: [{ name, number: 0, primary }], next: 1 };
  throw new ConflictError(
    `the queue is on ${name}, which is not in the map of shards any more; name its server as PINAKES_QUEUE=mysql://…`,
  );
}

function bookIn(value: Json | undefined, engines: ReadonlyMap<string, string | null>): Book {
  if (value === undefined) return { shards: [], next: 0 };
  const { backend } = value as { backend?: string };
  return backend === undefined ? check(BookSchema, value, setting) : bookOfOne(backend, engines);
}

/** The book with every engine in it, and those addresses that the map knows. */
function broughtUpToDate({ shards, next }: Book, engines: ReadonlyMap<string, string | null>): Book {
  const known = new Set(shards.map(({ name }) => name));
  const added = [...engines].filter(([name]) => !known.has(name));
  if (next + added.length > mostShards)
    throw new ConflictError(`the queue can have been on ${mostShards} engines in all`);
  return {
    shards: [
      ...shards.map((shard) => ({ ...shard, primary: engines.get(shard.name) ?? shard.primary })),
      ...added.map(([name, primary], i) => ({ name, primary, number: next + i })),
    ],
    next: next + added.length,
  };
}

/**
 * The job shards of an installation: an engine of the map each, and those that have left it with jobs in them, about which
 * `isDone` is asked. Throws `ConflictError` when no engine can have jobs.
 */
export async function jobShards(
  registry: Registry,
  topology: Topology,
  isDone: (shard: KnownShard) => Promise<boolean>,
): Promise<KnownShard[]> {
  const engines = enginesOf(topology);
  const stored = await registry.getSetting(setting);
  const book = broughtUpToDate(bookIn(stored?.value, engines), engines);
  const left = book.shards.filter(({ name }) => !engines.has(name));
  const done = new Set<string>();
  for (const shard of left) if (await isDone(shard)) done.add(shard.name);
  const shards = book.shards.filter(({ name }) => !done.has(name));
  if (shards.length === 0)
    throw new ConflictError(
      'PINAKES_QUEUE=shards needs shards on MySQL, MariaDB or in files; all are on TiDB',
    );
  const after = { shards, next: book.next };
  if (!isDeepStrictEqual(stored?.value, after))
    await registry.setSetting(setting, after, stored?.version ?? 0);
  return shards;
}
