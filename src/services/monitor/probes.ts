/** What is asked for now and then instead of counted: jobs, consumers, shards, the cache. */
import type { Cache } from '#engines/cache/port';
import type { Queue } from '#engines/queue/port';
import type { Log } from '#kernel/log';
import type { Capacity } from '#services/capacity/contract';
import type { Events } from '#services/events/contract';
import type { Jobs } from '#services/jobs/contract';
import type { Frame } from './contract.ts';

/** Whom to ask. */
export interface ProbeDeps {
  readonly jobs: Pick<Jobs, 'counts'>;
  readonly queue: Pick<Queue, 'nextDue'>;
  readonly events: Pick<Events, 'lags'>;
  readonly capacity: Pick<Capacity, 'live'>;
  readonly cache: Pick<Cache<unknown>, 'lookups'>;
  readonly log: Log;
}

/** The last answers. */
export interface Findings {
  readonly queues: Frame['queues'];
  readonly consumers: Frame['consumers'];
  readonly shards: Frame['shards'];
  /** Seconds for which the oldest job is due; 0 when none is. */
  readonly queueAge: number;
  readonly queued: number;
  readonly lag: number;
  /** The share of lookups answered since the last time; null when there were none. */
  readonly cacheHits: number | null;
}

/** Asking for jobs and consumers costs half a millisecond or so. */
const everyMs = 2000;
/** The shards are counted once a minute at most, and only while somebody looks. */
const shardsMs = 60_000;

const nothing: Findings = {
  ...{ queues: [], consumers: [], shards: null, queueAge: 0, queued: 0, lag: 0, cacheHits: null },
};

/** Asks, and remembers the answers. */
export class Probes {
  readonly #deps: ProbeDeps;
  #found = nothing;
  #askedAt = Number.NEGATIVE_INFINITY;
  #shardsAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #asked = 0;
  #answered = 0;

  constructor(deps: ProbeDeps) {
    this.#deps = deps;
  }

  /** The last answers. */
  get found(): Findings {
    return this.#found;
  }

  /** The last answers at once; asks again in the background when they are old. Never throws. */
  at(now: number, isWatched: boolean): Findings {
    this.#found = { ...this.#found, cacheHits: this.#cacheHits() };
    if (now - this.#askedAt >= everyMs && !this.#asking) {
      this.#askedAt = now;
      this.#asking = this.#ask(now, isWatched).finally(() => {
        this.#asking = undefined;
      });
    }
    return this.#found;
  }

  /** Resolves when nothing is being asked. */
  async settled(): Promise<void> {
    await this.#asking;
  }

  async #ask(now: number, isWatched: boolean): Promise<void> {
    try {
      const [queues, consumers] = await Promise.all([this.#queues(now), this.#consumers()]);
      this.#found = { ...this.#found, ...queues, ...consumers };
      if (isWatched && now - this.#shardsAt >= shardsMs) await this.#shards(now);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'the monitor got no answer');
    }
  }

  async #queues(now: number): Promise<Pick<Findings, 'queues' | 'queueAge' | 'queued'>> {
    const byName = new Map<string, { name: string; pending: number; running: number; failed: number }>();
    for (const { name, state, count } of await this.#deps.jobs.counts()) {
      const queue = byName.get(name) ?? { name, pending: 0, running: 0, failed: 0 };
      byName.set(name, queue);
      if (state !== 'done') queue[state] += count;
    }
    const queues = [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
    const waiting = queues.filter(({ pending, running }) => pending + running > 0);
    const due =
      waiting.length > 0 ? await this.#deps.queue.nextDue(waiting.map(({ name }) => name)) : undefined;
    return {
      queues,
      queued: queues.reduce((sum, { pending }) => sum + pending, 0),
      queueAge: Math.max(0, now - (due ?? now)) / 1000,
    };
  }

  async #consumers(): Promise<Pick<Findings, 'consumers' | 'lag'>> {
    const consumers = await this.#deps.events.lags();
    return { consumers, lag: Math.max(0, ...consumers.map(({ lag }) => lag)) };
  }

  async #shards(now: number): Promise<void> {
    this.#shardsAt = now;
    const { count, ranges, shards } = await this.#deps.capacity.live();
    const servers = new Set(ranges.map(({ server }) => server)).size;
    const silent = shards.filter(({ problem }) => problem !== null).map(({ shard }) => shard);
    this.#found = { ...this.#found, shards: { count, servers, silent } };
  }

  #cacheHits(): number | null {
    const lookups = this.#deps.cache.lookups();
    const [asked, answered] = [lookups.asked - this.#asked, lookups.answered - this.#answered];
    [this.#asked, this.#answered] = [lookups.asked, lookups.answered];
    return asked > 0 ? answered / asked : null;
  }
}
