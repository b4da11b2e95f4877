/** A process's view of the map: read at start, brought up to date by the registry's notice or on demand. */
import type { Registry } from '#engines/registry/port';
import { InvalidInputError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Topology } from '../topology.ts';
import { requireTopology } from '../topology-ranges.ts';
import type { Backend, Backends } from './backends.ts';
import { changeMap, type MapVersion, mapOf, mapSetting, readMap } from './map-setting.ts';
import { Routes } from './routes.ts';

/** What a follower stands on. */
export interface MapFollowerDeps {
  readonly registry: Registry;
  readonly backends: Backends;
  readonly log: Log | undefined;
}

/** A change of the map that waits to be written. */
interface WaitingChange {
  readonly change: (topology: Topology) => Topology;
  readonly resolve: (routes: Routes) => void;
  readonly reject: (error: unknown) => void;
}

/** Applies changes one after another; one that breaks a rule is refused alone. */
function changedBy(changes: readonly WaitingChange[], topology: Topology): Topology {
  let changed = topology;
  for (const { change, reject } of changes) {
    try {
      changed = requireTopology(change(changed));
    } catch (error) {
      reject(error);
    }
  }
  return changed;
}

/** Opens the engines that serve. One that cannot answer now is tried again at its first use, unless none can. */
async function openServing(serving: readonly Backend[], log: Log | undefined): Promise<void> {
  const outcomes = await Promise.allSettled(serving.map((backend) => backend.ready()));
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const fatal = failed.find((error) => error instanceof InvalidInputError);
  if (fatal !== undefined || failed.length === serving.length) throw fatal ?? failed[0];
  for (const error of failed) log?.error({ err: error }, 'an engine of the shards cannot be opened now');
}

/** Follows the map. */
export class MapFollower {
  readonly #deps: MapFollowerDeps;
  #routes: Routes;
  #watch: AsyncDisposable | undefined;
  readonly #changes: WaitingChange[] = [];
  #writing: Promise<void> | undefined;
  #refreshing: Promise<Routes> | undefined;

  private constructor(deps: MapFollowerDeps, { version, topology }: MapVersion) {
    this.#deps = deps;
    deps.backends.follow(topology);
    this.#routes = new Routes(version, topology, deps.backends);
  }

  /** Reads the map, opens the engines that serve, and watches. */
  static async open(deps: MapFollowerDeps): Promise<MapFollower> {
    const { registry, backends, log } = deps;
    const follower = new MapFollower(deps, await readMap(registry));
    try {
      await openServing(follower.#routes.serving, log);
      follower.#watch = await registry.watchSetting(mapSetting, (setting) =>
        follower.#hear(() => mapOf(setting)),
      );
      await follower.refresh();
      return follower;
    } catch (error) {
      await follower.close();
      await backends.close();
      throw error;
    }
  }

  /** The map as it is followed now. */
  get routes(): Routes {
    return this.#routes;
  }

  /** Reads the map anew; who asks while it is being read shares that read. */
  refresh(): Promise<Routes> {
    this.#refreshing ??= readMap(this.#deps.registry)
      .then((map) => this.#follow(map))
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  /** Changes the map and follows it. Changes that wait for one write share the next. */
  reroute(change: (topology: Topology) => Topology): Promise<Routes> {
    return new Promise((resolve, reject) => {
      this.#changes.push({ change, resolve, reject });
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  async #write(): Promise<void> {
    while (this.#changes.length > 0) {
      const some = this.#changes.splice(0);
      try {
        const map = await changeMap(this.#deps.registry, (topology) => changedBy(some, topology));
        const routes = this.#follow(map);
        for (const { resolve } of some) resolve(routes);
      } catch (error) {
        for (const { reject } of some) reject(error);
      }
    }
  }

  /** Stops watching. */
  async close(): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]();
  }

  #hear(read: () => MapVersion): void {
    try {
      this.#follow(read());
    } catch (error) {
      this.#deps.log?.error({ err: error }, 'the map of the shards cannot be followed');
    }
  }

  #follow({ version, topology }: MapVersion): Routes {
    const { count, claimCount } = this.#routes.topology;
    if (version <= this.#routes.version) return this.#routes;
    if (topology.count !== count || topology.claimCount !== claimCount)
      throw new InvalidInputError('count', `must stay ${count} while Pinakes runs`);
    this.#deps.backends.follow(topology);
    this.#routes = new Routes(version, topology, this.#deps.backends);
    return this.#routes;
  }
}
