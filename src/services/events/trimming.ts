/**
 * Forgetting what outboxes hold and the log has. Few shards at a time, those first that have waited longest: trimming all at
 * once makes every save of that moment wait for a sync of every shard.
 */
import type { OutboxEntry, Shards } from '#engines/shards/port';
import type { Log } from '#kernel/log';

/** What trimming stands on. */
export interface TrimmingDeps {
  readonly shards: Pick<Shards, 'trimOutbox'>;
  readonly logger: Log;
}

interface Untrimmed {
  readonly through: number;
  readonly count: number;
}

const atOnce = 2;

/** Entries that are in the log and still in their outboxes. */
export class Trimming {
  readonly #deps: TrimmingDeps;
  /** By shard; the longest waiting first. */
  readonly #untrimmed = new Map<number, Untrimmed>();
  #count = 0;

  constructor(deps: TrimmingDeps) {
    this.#deps = deps;
  }

  /** How many entries wait to be trimmed. */
  get count(): number {
    return this.#count;
  }

  /** Takes note of a shard's entries that are in the log. */
  note(shard: number, entries: readonly OutboxEntry[]): void {
    const last = entries.at(-1);
    if (last === undefined) return;
    const before = this.#untrimmed.get(shard)?.count ?? 0;
    this.#untrimmed.set(shard, { through: last.sequence, count: before + entries.length });
    this.#count += entries.length;
  }

  /**
   * Trims until at most `most` entries wait, or `isEnough` says so. An outbox that can't be trimmed is told to the logger and
   * tried again with the shard's next entries.
   */
  async downTo(most: number, isEnough = () => false): Promise<void> {
    while (this.#count > most && !isEnough()) {
      const next = [...this.#untrimmed.entries().take(atOnce)];
      await Promise.all(next.map(([shard, { through }]) => this.#trim(shard, through)));
    }
  }

  async #trim(shard: number, through: number): Promise<void> {
    this.#count -= this.#untrimmed.get(shard)?.count ?? 0;
    this.#untrimmed.delete(shard);
    try {
      await this.#deps.shards.trimOutbox(shard, through);
    } catch (error) {
      this.#deps.logger.warn({ err: error, shard }, 'could not trim an outbox');
    }
  }
}
