/**
 * Keeps the index in step with the store: recomputes what it should hold of pictures and writes
 * that, in turns. A turn reads the store and writes the index before the next one begins, so the
 * later write always carries the later truth; the counted version says so to the index too.
 * While a generation is being built, every turn writes to it as well as to the live one.
 */
import { setImmediate } from 'node:timers/promises';
import type { Features } from '#engines/features/port';
import type { VectorEntry } from '#engines/vector-index/port';
import type { Clock } from '#kernel/clock';
import type { Id } from '#kernel/ids';
import { recent } from '#kernel/lru';
import { Serial } from '#kernel/serial';
import type { Store } from '#services/store/contract';
import { audiencesOfMedia, type PinsOfMedia } from './entries.ts';
import { type Generation, type Generations, vectorIn } from './generations.ts';
import { type Mark, markFrom, markText } from './mark.ts';

/** What the keeper stands on. */
export interface KeeperDeps {
  readonly generations: Generations;
  readonly features: Features;
  readonly store: Store;
  readonly encoder: string;
  readonly clock: Clock;
}

/** How many entries' audiences are remembered, some 100 bytes each. */
const rememberedEntries = 100_000;
const mediaAtOnce = 100;
/** Projections between two breaths of the event loop. */
const projectionsAtOnce = 16;

/** A picture's features and who may find it. */
interface Found {
  readonly key: Id;
  readonly raw: Float32Array;
  readonly audiences: readonly string[];
}

/** Pictures to look at, with pins of them that are known, by what is known of the change. */
export interface Refresh {
  readonly media: readonly Id[];
  readonly pins: PinsOfMedia;
  /** Changed themselves. */
  readonly renewed: ReadonlySet<Id>;
  /** Have more pins, and are else as they were. */
  readonly grown: ReadonlySet<Id>;
}

/** The one writer of the index. */
export class Keeper {
  readonly #deps: KeeperDeps;
  readonly #turns = new Serial();
  #mark: Mark;
  #building: Generation | undefined;
  /** What was last written of pictures to all that is written to now: their audiences, as one text. */
  readonly #written = recent<Id, string>(rememberedEntries);

  private constructor(deps: KeeperDeps, mark: Mark) {
    this.#deps = deps;
    this.#mark = mark;
  }

  /** Takes up where the live generation's last checkpoint left off. */
  static async open(deps: KeeperDeps): Promise<Keeper> {
    return new Keeper(deps, markFrom(await deps.generations.live.index.mark()));
  }

  /**
   * Brings the entries of pictures in step with the store. Those of pictures that are not `renewed` are only written when who
   * may find them has changed, and those that have only `grown` are not even looked at when everybody finds them already: a
   * picture that everybody sees is saved over and over.
   */
  async refresh({ media, pins, renewed, grown }: Refresh): Promise<void> {
    for (let start = 0; start < media.length; start += mediaAtOnce) {
      const some = media.slice(start, start + mediaAtOnce);
      await this.#turns.run(() =>
        this.#refresh(
          some.filter((id) => !grown.has(id) || !this.#isPublic(id)),
          pins,
          renewed,
        ),
      );
    }
  }

  #isPublic(id: Id): boolean {
    return this.#written.get(id) === 'public';
  }

  /** The consumer's mark of the last checkpoint. */
  get mark(): string | undefined {
    return this.#mark.consumer ?? undefined;
  }

  /** Makes the live index durable together with the consumer's mark. */
  checkpoint(consumer: string): Promise<void> {
    return this.#turns.run(async () => {
      this.#mark = { ...this.#mark, consumer };
      await this.#deps.generations.live.index.checkpoint(markText(this.#mark));
    });
  }

  /** Empties the index, and the one being built. */
  reset(): Promise<void> {
    return this.#turns.run(async () => {
      this.#mark = { ...this.#mark, consumer: null };
      this.#written.clear();
      for (const { index } of this.#targets()) await index.clear();
    });
  }

  /** From now on `next` is written to as well, until it is put in place or dropped. */
  build(next: Generation | undefined): Promise<void> {
    return this.#turns.run(async () => {
      this.#building = next;
      this.#written.clear();
    });
  }

  /** Adds pictures to the generation being built, with vectors that were projected elsewhere. */
  add(vectors: ReadonlyMap<Id, Float32Array>): Promise<void> {
    return this.#turns.run(async () => {
      const audiences = await audiencesOfMedia(this.#deps.store, [...vectors.keys()]);
      const version = this.#nextVersion();
      const entries = [...vectors].flatMap(([key, vector]): VectorEntry[] => {
        const seenBy = audiences.get(key) ?? [];
        return seenBy.length === 0 ? [] : [{ key, version, vector, audiences: seenBy }];
      });
      await this.#building?.index.upsert(entries);
    });
  }

  /** Makes the generation that was built durable and puts it in the place of the live one. */
  replace(): Promise<void> {
    return this.#turns.run(async () => {
      const next = this.#building;
      if (next === undefined) return;
      await next.index.checkpoint(markText(this.#mark));
      await this.#deps.generations.replace(next);
      this.#building = undefined;
    });
  }

  #targets(): Generation[] {
    const { live } = this.#deps.generations;
    return this.#building ? [live, this.#building] : [live];
  }

  // Counted, and never behind the clock: it must go up even where an index kept more than its mark says.
  #nextVersion(): number {
    const version = Math.max(this.#mark.version + 1, this.#deps.clock.now());
    this.#mark = { ...this.#mark, version };
    return version;
  }

  async #refresh(mediaIds: readonly Id[], pins: PinsOfMedia, renewed: ReadonlySet<Id>): Promise<void> {
    if (mediaIds.length === 0) return;
    const { store, features, encoder } = this.#deps;
    const audiences = await audiencesOfMedia(store, mediaIds, pins);
    const seenBy = (key: Id) => audiences.get(key) ?? [];
    const stale = mediaIds.filter(
      (key) => renewed.has(key) || this.#written.get(key) !== textOf(seenBy(key)),
    );
    const raw = await features.getMany(encoder, stale);
    const found = stale.flatMap((key): Found[] => {
      const values = raw.get(key);
      return values === undefined || seenBy(key).length === 0
        ? []
        : [{ key, raw: values, audiences: seenBy(key) }];
    });
    const kept = new Set(found.map(({ key }) => key));
    const version = this.#nextVersion();
    const gone = stale.filter((id) => !kept.has(id)).map((key) => ({ key, version }));
    for (const { key } of gone) this.#written.delete(key);
    for (const generation of this.#targets()) {
      await generation.index.remove(gone);
      await generation.index.upsert(await entriesIn(generation, found, version));
    }
    for (const { key, audiences: written } of found) this.#written.set(key, textOf(written));
  }
}

function textOf(audiences: readonly string[]): string {
  return audiences.toSorted().join(' ');
}

async function entriesIn(
  generation: Generation,
  found: readonly Found[],
  version: number,
): Promise<VectorEntry[]> {
  const entries: VectorEntry[] = [];
  for (const { key, raw, audiences } of found) {
    entries.push({ key, version, audiences, vector: vectorIn(generation, raw) });
    if (generation.projection && entries.length % projectionsAtOnce === 0) await setImmediate();
  }
  return entries;
}
