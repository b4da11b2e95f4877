/**
 * A job shard: a queue that is one of several which are used as one. Its ids are its own among all shards, and it holds
 * what the others must know of policies.
 */
import type { Job, Queue, QueuePolicy } from './port.ts';

/** How many job shards there may be: as many classes of ids. */
export const mostShards = 256;

/** The `away` of a home where nobody has counted yet what runs on other shards. Nothing is handed out until then. */
export const uncounted = 1_000_000_000;

/** The shard at which a job was stored first; some jobs have been moved since, and some are older than numbers. */
export const birthplaceOf = (id: string): number => (Number(id) + mostShards - 1) % mostShards;

/** A policy as every shard holds it. */
export interface HeldPolicy extends QueuePolicy {
  /** Goes up with every change, at whichever shard it was made: the highest holds. */
  readonly version: number;
  /** The only shard that hands out jobs of the name; null: all do. */
  readonly home: number | null;
  /** At home: how many may still run on other shards, which count as if they ran here. */
  readonly away: number;
}

/** A job that could be leased now, by what claims are ordered by. */
export interface Head {
  readonly id: string;
  readonly name: string;
  readonly priority: number;
  readonly createdAt: number;
}

/** How a name stands on a shard. */
export interface NameLook {
  readonly name: string;
  readonly held: HeldPolicy | undefined;
  /** How many run, where there is a policy; else 0. */
  readonly running: number;
  /** As the port's `nextDue`. */
  readonly nextDue: number | undefined;
  /** Whether leases are over that nobody has taken back. */
  readonly hasExpired: boolean;
  /** Whether jobs wait here though another shard hands them out. */
  readonly hasStrays: boolean;
}

/** What a shard could do for some names now. */
export interface ShardLook {
  readonly names: readonly NameLook[];
  /** The best jobs that could be leased, best first, as far as policies allow. */
  readonly heads: readonly Head[];
}

/** A pending job on its way from one shard to another, with all that is stored of it. */
export interface MovingJob extends Omit<Job, 'payload' | 'state' | 'result'> {
  /** JSON. */
  readonly payload: string;
  /** The key where the shard knows it, and the hash of name and key in hexadecimal. */
  readonly key: string | null;
  readonly keyHash: string | null;
}

/** What both kinds of shard store alike of a job, from a row with these columns. */
export function movingOf(row: Readonly<Record<string, unknown>>) {
  return {
    id: String(row['id']),
    payload: String(row['payload']),
    attempts: Number(row['attempts']),
    attemptsLeft: Number(row['attempts_left']),
    runAfter: Number(row['run_after']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    error: row['error'] as string | null,
  };
}

/** A queue among others. */
export interface JobShard extends Queue {
  /** A read; looks for `limit` heads at most. */
  look(names: readonly string[], limit: number): Promise<ShardLook>;
  /** Takes back jobs of these names whose lease is over, leasing none. */
  reclaim(names: readonly string[]): Promise<void>;
  /** The policies that it holds, by name. */
  heldPolicies(): Promise<Map<string, HeldPolicy>>;
  /** Replaces what it holds of a name by what `change` makes of it, unless that is undefined. `change` may be asked again. */
  revise(name: string, change: (held: HeldPolicy | undefined) => HeldPolicy | undefined): Promise<void>;
  /** Pending jobs of a name, the best first. */
  waiting(name: string, limit: number): Promise<MovingJob[]>;
  /**
   * Stores jobs of another shard under their ids; one whose key is taken here, without it. What it has stored before stays
   * as it is. Answers the ids that are here now.
   */
  adopt(jobs: readonly MovingJob[]): Promise<string[]>;
  /** Forgets those of these jobs that are pending. */
  release(ids: readonly string[]): Promise<number>;
}
