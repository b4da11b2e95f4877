/** What the store measures of itself. */
import type { Cache } from '#engines/cache/port';
import type { Actor } from '#kernel/actor';
import type { Metrics } from '#kernel/metrics';

/** Times commits, shows the cache's hit rate and what is pending; measures nothing without `metrics`. */
export class StoreMeter {
  readonly #commits: ReturnType<Metrics['timer']> | undefined;

  constructor(
    metrics: Metrics | undefined,
    cache: Pick<Cache<unknown>, 'hitRate'>,
    pending: { readonly size: number },
  ) {
    this.#commits = metrics?.timer('pinakes_store_commit_seconds', 'Commits, until durable.', [
      'actor',
      'outcome',
    ]);
    metrics?.gauge('pinakes_store_cache_hit_ratio', 'Objects read from the cache.', () => cache.hitRate());
    metrics?.gauge(
      'pinakes_store_pending_writes',
      'Writes that are acknowledged and not on their shard yet.',
      () => pending.size,
    );
  }

  /** Runs a commit and notes who asked, how long it took and whether it went well. */
  async time<T>({ kind }: Actor, commit: () => Promise<T>): Promise<T> {
    const end = this.#commits?.startTimer({ actor: kind });
    try {
      const answer = await commit();
      end?.({ outcome: 'done' });
      return answer;
    } catch (error) {
      end?.({ outcome: 'failed' });
      throw error;
    }
  }
}
