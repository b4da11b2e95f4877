/**
 * The shards port over several engines, found through the map in the registry.
 *
 * With one engine every read is passed on as it is. With more, batched calls are split by
 * engine, asked side by side and merged. A write that meets a sealed shard is tried again
 * where the map says the shard is by then. docs/decisions/0016 tells how shards move.
 */
import type { Registry } from '#engines/registry/port';
import { type Id, type ObjectType, shardOf } from '#kernel/ids';
import type { Log } from '#kernel/log';
import { claimShard } from './claim-shard.ts';
import type {
  Change,
  CommitOptions,
  CommitResult,
  MappingEntry,
  OutboxEntry,
  RangeRequest,
  ShardStats,
  StoredObject,
} from './port.ts';
import { type Backend, Backends, type OpenBackend } from './routed/backends.ts';
import { Listeners } from './routed/listeners.ts';
import { MapFollower } from './routed/map-follower.ts';
import { inOrder, mergedMaps } from './routed/merging.ts';
import { objectsRead, rangesRead } from './routed/sampled-reads.ts';
import { Shadows } from './routed/shadows.ts';
import { Watchers } from './routed/watchers.ts';
import { Writes } from './routed/writes.ts';
import type { ShadowOptions, ShardRouter, ShardWatcher } from './routing.ts';
import type { Topology } from './topology.ts';
import type { MovableShards } from './transfer.ts';

/** How to open the router. */
export interface RoutedShardsOptions {
  /** Holds the map under `shards`. */
  readonly registry: Registry;
  /** Opens an engine of the map, also one that is added later. */
  readonly open: OpenBackend;
  readonly log?: Log;
  /** Milliseconds after which a write that meets sealed shards only gives up; 2,000 when left out. */
  readonly sealedLimitMs?: number;
  /** Milliseconds before each look at shadow reads that are unlike; 50, 200, 1,000 and 3,000 when left out. */
  readonly shadowPausesMs?: readonly number[];
}

/**
 * Opens the engines of the map. Rejects with `UnavailableError` when the registry holds no map or no engine can be opened;
 * where only some cannot, their shards answer `UnavailableError` until they can.
 */
export async function openRoutedShards(options: RoutedShardsOptions): Promise<ShardRouter> {
  const { registry, open, log, sealedLimitMs = 2000, shadowPausesMs } = options;
  const outbox = new Listeners(log);
  const backends = new Backends(async (spec, counts) => {
    const engine = await open(spec, counts);
    engine.onOutbox((shard) => outbox.tell(shard));
    return engine;
  });
  const map = await MapFollower.open({ registry, backends, log });
  return new RoutedShards({ map, backends, outbox, sealedLimitMs, shadowPausesMs });
}

interface RoutedShardsParts {
  readonly map: MapFollower;
  readonly backends: Backends;
  readonly outbox: Listeners;
  readonly sealedLimitMs: number;
  readonly shadowPausesMs: readonly number[] | undefined;
}

class RoutedShards implements ShardRouter {
  readonly count: number;
  readonly #claimCount: number;
  readonly #map: MapFollower;
  readonly #backends: Backends;
  readonly #outbox: Listeners;
  readonly #writes: Writes;
  readonly #watchers = new Watchers();
  readonly #shadows: Shadows;

  constructor({ map, backends, outbox, sealedLimitMs, shadowPausesMs }: RoutedShardsParts) {
    this.#map = map;
    this.#backends = backends;
    this.#outbox = outbox;
    this.#writes = new Writes(map, this.#watchers, sealedLimitMs);
    const primary = (shard: number) => map.routes.of(shard).ready();
    this.#shadows = new Shadows({ primary, named: (name) => this.engine(name) }, shadowPausesMs);
    this.count = map.routes.topology.count;
    this.#claimCount = map.routes.topology.claimCount;
  }

  get topology(): Topology {
    return this.#map.routes.topology;
  }

  async engine(name: string): Promise<MovableShards> {
    return this.#backends.get(name).ready();
  }

  async refresh(): Promise<Topology> {
    return (await this.#map.refresh()).topology;
  }

  async reroute(change: (topology: Topology) => Topology): Promise<Topology> {
    return (await this.#map.reroute(change)).topology;
  }

  pauseWriters(shard: number): Disposable {
    return this.#writes.pause(shard);
  }

  watch(watcher: ShardWatcher): () => void {
    return this.#watchers.add(watcher);
  }

  readsEnded(): Promise<void> {
    return this.#watchers.readsEnded();
  }

  shadow(options: ShadowOptions): () => void {
    return this.#shadows.add(options);
  }

  allocate(shard: number, type: ObjectType, count: number): Promise<Id[]> {
    return this.#writes.run(shard, (engine) => engine.allocate(shard, type, count));
  }

  commit(shard: number, changes: readonly Change[], options?: CommitOptions): Promise<CommitResult> {
    return this.#writes.run(shard, (engine) => engine.commit(shard, changes, options));
  }

  async getMany(ids: readonly Id[]): Promise<Map<Id, StoredObject>> {
    return this.#read(
      (engine) => engine.getMany(ids),
      () => this.#split(ids, shardOf, (backend, some) => this.#objects(backend, some)),
    );
  }

  async scan(shard: number, type: ObjectType, afterLocal: number, limit: number): Promise<StoredObject[]> {
    return this.#at(shard, (engine) => engine.scan(shard, type, afterLocal, limit));
  }

  async range(request: RangeRequest): Promise<MappingEntry[]> {
    return this.#read(
      (engine) => engine.range(request),
      async () => (await this.#ranges(this.#map.routes.of(shardOf(request.from)), [request]))[0] ?? [],
    );
  }

  async rangeMany(requests: readonly RangeRequest[]): Promise<MappingEntry[][]> {
    return this.#read(
      (engine) => engine.rangeMany(requests),
      async () => {
        const shardAt = (at: number) => shardOf((requests[at] as RangeRequest).from);
        const parts = [...this.#map.routes.sort([...requests.keys()], shardAt)];
        const ask = ([backend, places]: [Backend, number[]]) =>
          this.#ranges(
            backend,
            places.map((at) => requests[at] as RangeRequest),
          );
        return inOrder(
          parts.map(([, places]) => places),
          await Promise.all(parts.map(ask)),
        );
      },
    );
  }

  async linked(mapping: string, from: Id, to: readonly Id[]): Promise<Set<Id>> {
    return this.#read(
      (engine) => engine.linked(mapping, from, to),
      () => this.#at(shardOf(from), (engine) => engine.linked(mapping, from, to)),
    );
  }

  async countLinks(mapping: string, from: readonly Id[]): Promise<Map<Id, number>> {
    return this.#read(
      (engine) => engine.countLinks(mapping, from),
      () =>
        this.#split(from, shardOf, async (backend, some) =>
          (await backend.ready()).countLinks(mapping, some),
        ),
    );
  }

  claim(space: string, key: string, id: Id): Promise<Id> {
    return this.#writes.run(this.claimShard(space, key), (engine) => engine.claim(space, key, id));
  }

  async claimed(space: string, keys: readonly string[]): Promise<Map<string, Id>> {
    const shardOfKey = (key: string) => this.claimShard(space, key);
    return this.#read(
      (engine) => engine.claimed(space, keys),
      () =>
        this.#split(keys, shardOfKey, async (backend, some) => (await backend.ready()).claimed(space, some)),
    );
  }

  release(space: string, key: string, id: Id): Promise<void> {
    return this.#writes.run(this.claimShard(space, key), (engine) => engine.release(space, key, id));
  }

  claimShard(space: string, key: string): number {
    return claimShard(space, key, this.#claimCount);
  }

  async readOutbox(shard: number, after: number, limit: number): Promise<OutboxEntry[]> {
    return this.#at(shard, (engine) => engine.readOutbox(shard, after, limit));
  }

  trimOutbox(shard: number, through: number): Promise<void> {
    return this.#writes.run(shard, (engine) => engine.trimOutbox(shard, through));
  }

  async shardsWithOutbox(): Promise<number[]> {
    const { serving } = this.#map.routes;
    const lists = await Promise.all(serving.map((backend) => this.#outboxesOf(backend)));
    return lists.flat();
  }

  onOutbox(listener: (shard: number) => void): () => void {
    return this.#outbox.add(listener);
  }

  async stats(shard: number): Promise<ShardStats> {
    return this.#at(shard, (engine) => engine.stats(shard));
  }

  async verify(): Promise<string[]> {
    const problems = this.#backends.all().map(async (backend) => {
      const engine = await backend.ready();
      return engine.verify();
    });
    const outcomes = await Promise.allSettled(problems);
    return outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : [String((outcome.reason as Error).message)],
    );
  }

  async close(): Promise<void> {
    await this.#map.close();
    await this.#backends.close();
  }

  /** Asks the one engine directly where nobody watches reads, so that a map of one engine costs nothing. */
  #read<T>(direct: (engine: MovableShards) => Promise<T>, split: () => Promise<T>): Promise<T> {
    const { serving } = this.#map.routes;
    const isPlain = serving.length === 1 && this.#watchers.areIdle && this.#shadows.areIdle;
    const only = isPlain ? serving[0]?.engine : undefined;
    return only ? direct(only) : this.#watchers.read(split);
  }

  async #at<T>(shard: number, work: (engine: MovableShards) => Promise<T>): Promise<T> {
    return this.#watchers.quietly(async () => {
      const backend = this.#map.routes.of(shard);
      return work(backend.engine ?? (await backend.ready()));
    });
  }

  async #split<K, V, T>(
    things: readonly T[],
    shardOfThing: (thing: T) => number,
    ask: (backend: Backend, some: T[]) => Promise<Map<K, V>>,
  ): Promise<Map<K, V>> {
    const parts = [...this.#map.routes.sort(things, shardOfThing)];
    return mergedMaps(await Promise.all(parts.map(([backend, some]) => ask(backend, some))));
  }

  async #objects(backend: Backend, ids: readonly Id[]): Promise<Map<Id, StoredObject>> {
    const engine = await backend.ready();
    const start = performance.now();
    const found = await engine.getMany(ids);
    const sample = this.#shadows.areIdle ? undefined : objectsRead(ids);
    if (sample) this.#shadows.follow(sample, found, performance.now() - start);
    return found;
  }

  async #ranges(backend: Backend, requests: readonly RangeRequest[]): Promise<MappingEntry[][]> {
    const engine = await backend.ready();
    const start = performance.now();
    const answers = await engine.rangeMany(requests);
    const sample = this.#shadows.areIdle ? undefined : rangesRead(requests);
    if (sample) this.#shadows.follow(sample, answers, performance.now() - start);
    return answers;
  }

  async #outboxesOf(backend: Backend): Promise<number[]> {
    const shards = await (await backend.ready()).shardsWithOutbox();
    // An engine also keeps shards that have moved away.
    return shards.filter((shard) => this.#map.routes.of(shard) === backend);
  }
}
