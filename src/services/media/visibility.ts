/** Who may fetch a picture: whoever may see one of its pins, and whoever brought its bytes. Remembered for a short while. */
import { LRUCache } from 'lru-cache';
import type { MappingEntry } from '#engines/shards/port';
import type { Actor } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import type { Id } from '#kernel/ids';
import type { Store } from '#services/store/contract';
import type { PinsVisible } from './contract.ts';

/** Everybody, this viewer among others, or not this viewer. */
export type Visible = 'public' | 'private' | 'hidden';

const rememberedMs = 30_000;
const mostRemembered = 50_000;
const mostViewers = 200;
const pageSize = 200;
/** How many pages of pins are looked at before a picture counts as having none that the viewer may see. */
const mostPages = 25;

const viewerKey = (viewer: Actor): string => (viewer.kind === 'person' ? viewer.userId : viewer.kind);

/** What is remembered of one picture. Forgetting lets go of the whole object, so an answer on its way finds no place. */
class Remembered {
  public = false;
  readonly byViewer = new Map<string, Visible>();
}

/** Answers by the pins' rule. */
export class PictureVisibility {
  readonly #store: Store;
  readonly #pinsVisible: PinsVisible;
  readonly #remembered: LRUCache<Id, Remembered>;

  constructor(store: Store, pinsVisible: PinsVisible, clock: Clock) {
    this.#store = store;
    this.#pinsVisible = pinsVisible;
    const perf = { now: () => clock.now() };
    this.#remembered = new LRUCache({ max: mostRemembered, ttl: rememberedMs, ttlResolution: 0, perf });
  }

  /** By the pins alone. Cost: nothing while remembered, else one or two batched reads. */
  async byPins(viewer: Actor, mediaId: Id): Promise<Visible> {
    if (viewer.kind === 'system') return 'private';
    const remembered = this.#remembered.get(mediaId) ?? this.#begin(mediaId);
    if (remembered.public) return 'public';
    const key = viewerKey(viewer);
    const known = remembered.byViewer.get(key);
    if (known) return known;
    const visible = await this.#ask(viewer, mediaId);
    if (visible === 'public') remembered.public = true;
    else if (remembered.byViewer.size < mostViewers) remembered.byViewer.set(key, visible);
    return visible;
  }

  /** At once, for pictures that everybody is known to see. */
  isKnownPublic(mediaId: Id): boolean {
    return this.#remembered.get(mediaId)?.public ?? false;
  }

  forget(mediaId: Id): void {
    this.#remembered.delete(mediaId);
  }

  #begin(mediaId: Id): Remembered {
    const fresh = new Remembered();
    this.#remembered.set(mediaId, fresh);
    return fresh;
  }

  async #ask(viewer: Actor, mediaId: Id): Promise<Visible> {
    let best: Visible = 'hidden';
    let after: MappingEntry | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const range = {
        mapping: 'media_has_pin',
        from: mediaId,
        limit: pageSize,
        ascending: true,
        after,
      } as const;
      const edges = await this.#store.range(range);
      const visible =
        edges.length === 0
          ? 'hidden'
          : await this.#pinsVisible(
              viewer,
              edges.map(({ to }) => to),
            );
      if (visible === 'public') return visible;
      if (visible === 'private') best = visible;
      if (edges.length < pageSize) return best;
      after = edges.at(-1);
    }
    return best;
  }
}
