/**
 * What moves shards asks of the router besides the shards port: to see and change the map,
 * to reach each engine by name, to hold writers up for a moment, and to watch what people do.
 */
import type { UnavailableError } from '#kernel/errors';
import type { Shards } from './port.ts';
import type { Topology } from './topology.ts';
import type { MovableShards } from './transfer.ts';

/** What a read that was repeated on another engine found there. */
export interface ShadowOutcome {
  /** `answered` where nothing was compared, or it was being written; `different` when the two stay unlike for some time. */
  readonly kind: 'answered' | 'matched' | 'different' | 'failed';
  /** Milliseconds that the engine took which people are served from, and the other one. */
  readonly primaryMs: number;
  readonly shadowMs: number;
  /** What differed or failed, in words; empty otherwise. */
  readonly detail: string;
}

/** Which reads to repeat where. */
export interface ShadowOptions {
  /** The engine's name that repeats reads of a shard; undefined: none. Asked for every sampled read. */
  readonly engineOf: (shard: number) => string | undefined;
  /** The share of reads that is repeated, 0 to 1. */
  readonly share: number;
  /** Whether answers are compared: versions of objects, edges of ranges. */
  readonly compares: boolean;
  readonly report: (outcome: ShadowOutcome) => void;
}

/** Sees what goes on. Its methods are called on the way of every read and write, so they only take note. */
export interface ShardWatcher {
  /** People were answered after so many milliseconds. */
  read(ms: number): void;
  /** A shard was written to, or may have been. */
  wrote(shard: number): void;
  /** A read or a write was rejected because an engine could not answer. */
  failed(error: UnavailableError): void;
}

/** Shards in several engines, found through the map in the registry. */
export interface ShardRouter extends Shards {
  /** The map as this process follows it now. */
  readonly topology: Topology;
  /** The engine behind a name of the map, opened if it is not yet. Throws `NotFoundError` for other names. */
  engine(name: string): Promise<MovableShards>;
  /** Reads the map in the registry; resolves when this process follows it. */
  refresh(): Promise<Topology>;
  /**
   * Changes the map for all processes, by compare and set: `change` may be asked again with a newer map. Resolves when
   * the change is durable and this process follows it. Rejects, nothing changed, with what `change` throws.
   */
  reroute(change: (topology: Topology) => Topology): Promise<Topology>;
  /** Keeps this process's writes to a shard waiting until disposed; those that have begun go on. They wait 10 s at most. */
  pauseWriters(shard: number): Disposable;
  /** Tells a watcher of every read and write through this process; answers how to stop. */
  watch(watcher: ShardWatcher): () => void;
  /** Resolves when the reads that are under way have ended, those left out that began before anybody watched. */
  readsEnded(): Promise<void>;
  /** Repeats a share of reads on another engine, in the background; answers how to stop. Never delays or fails a read. */
  shadow(options: ShadowOptions): () => void;
}
