/** The engines of a map, each opened once. */
import { isDeepStrictEqual } from 'node:util';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import type { BackendSpec, Topology } from '../topology.ts';
import type { MovableShards } from '../transfer.ts';

/** Opens an engine for `count` shards whose claims are hashed over `claimCount`. */
export type OpenBackend = (
  spec: BackendSpec,
  counts: Pick<Topology, 'count' | 'claimCount'>,
) => Promise<MovableShards>;

/** One engine: open, or opened by whoever asks first. One that cannot be opened is tried again by the next who asks. */
export class Backend {
  readonly spec: BackendSpec;
  readonly #open: () => Promise<MovableShards>;
  #opening: Promise<MovableShards> | undefined;
  #engine: MovableShards | undefined;
  #isClosed = false;

  constructor(spec: BackendSpec, open: () => Promise<MovableShards>) {
    this.spec = spec;
    this.#open = open;
  }

  /** The engine if it is open. */
  get engine(): MovableShards | undefined {
    return this.#engine;
  }

  /** The engine, opened when it is not yet. */
  async ready(): Promise<MovableShards> {
    if (this.#isClosed && !this.#opening) throw new UnavailableError('the shards are closed');
    this.#opening ??= this.#open();
    try {
      this.#engine = await this.#opening;
      return this.#engine;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  /** Lets go of the engine, also of one that is being opened; nothing is opened afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const engine = await this.#opening?.catch(() => undefined);
    await engine?.close();
  }
}

/** Milliseconds in which reads end that began in an engine before its servers were rearranged. */
const retireMs = 10_000;

/** All engines that a process has to do with; those that left the map stay open for whoever still reads there. */
export class Backends {
  readonly #open: OpenBackend;
  readonly #known = new Map<string, Backend>();
  readonly #left: Backend[] = [];

  constructor(open: OpenBackend) {
    this.#open = open;
  }

  /** Knows exactly the engines of a map from now on. */
  follow({ backends, count, claimCount }: Topology): void {
    for (const [name, known] of this.#known) {
      if (isDeepStrictEqual(known.spec, backends[name])) continue;
      this.#known.delete(name);
      this.#left.push(known);
      if (backends[name]) this.#retire(known);
    }
    for (const [name, spec] of Object.entries(backends))
      if (!this.#known.has(name)) this.#known.set(name, this.#again(spec, { count, claimCount }));
  }

  /** Servers that were rearranged are soon watched through the new engine only. */
  #retire(backend: Backend): void {
    const retire = () => {
      const at = this.#left.indexOf(backend);
      if (at >= 0)
        void Promise.all(this.#left.splice(at, 1).map((one) => one.close())).catch(() => undefined);
    };
    setTimeout(retire, retireMs).unref();
  }

  /** One that left and comes back is the same, for an engine may be open only once. */
  #again(spec: BackendSpec, counts: Pick<Topology, 'count' | 'claimCount'>): Backend {
    const at = this.#left.findIndex((one) => isDeepStrictEqual(one.spec, spec));
    const [known] = at < 0 ? [] : this.#left.splice(at, 1);
    return known ?? new Backend(spec, () => this.#open(spec, counts));
  }

  /** An engine by name; throws `NotFoundError`. */
  get(name: string): Backend {
    const backend = this.#known.get(name);
    if (!backend) throw new NotFoundError(`backend: ${name}`);
    return backend;
  }

  /** The engines of the map. */
  all(): Backend[] {
    return [...this.#known.values()];
  }

  /** Lets go of all of them. */
  async close(): Promise<void> {
    await Promise.all([...this.#known.values(), ...this.#left].map((backend) => backend.close()));
  }
}
