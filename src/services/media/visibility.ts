/** Who may fetch a picture: whoever may see one of its pins. */
import { LRUCache } from 'lru-cache';
import type { MappingEntry } from '#engines/shards/port';
import { type Actor, system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Store } from '#services/store/contract';
import type { PinsVisible } from './contract.ts';

/** Everybody, this viewer among others, or not this viewer. */
export type Visible = 'public' | 'private' | 'hidden';

const mostWitnesses = 50_000;
const pageSize = 200;
/** How many pages of pins are looked at before a picture counts as having none that the viewer may see. */
const mostPages = 25;

/**
 * Answers by the pins' rule, asked anew each time, so that a change of a pin or its board counts from the next request
 * on. What is remembered is only which pin to ask first.
 */
export class PictureVisibility {
  readonly #store: Store;
  readonly #pinsVisible: PinsVisible;
  /** A pin of each picture that was public when it was last asked. */
  readonly #witnesses = new LRUCache<Id, Id>({ max: mostWitnesses });

  constructor(store: Store, pinsVisible: PinsVisible) {
    this.#store = store;
    this.#pinsVisible = pinsVisible;
  }

  /** By the pins alone. Cost of a picture that everybody sees: two look-ups in the store's cache; of others, one or two reads. */
  async byPins(viewer: Actor, mediaId: Id): Promise<Visible> {
    if (viewer.kind === 'system') return 'private';
    const witness = this.#witnesses.get(mediaId);
    if (witness !== undefined && (await this.#pinsVisible(viewer, [witness])) === 'public') return 'public';
    return this.#ask(viewer, mediaId);
  }

  async #ask(viewer: Actor, mediaId: Id): Promise<Visible> {
    let best: Visible = 'hidden';
    let after: MappingEntry | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const edges = await this.#pageOf(mediaId, after);
      const pins = edges.map(({ to }) => to);
      const visible = pins.length === 0 ? 'hidden' : await this.#pinsVisible(viewer, pins);
      if (visible === 'public') {
        await this.#remember(viewer, mediaId, pins);
        return visible;
      }
      if (visible === 'private') best = visible;
      if (edges.length < pageSize) return best;
      after = edges.at(-1);
    }
    return best;
  }

  #pageOf(from: Id, after: MappingEntry | undefined): Promise<MappingEntry[]> {
    return this.#store.range(system, {
      mapping: 'media_has_pin',
      from,
      limit: pageSize,
      ascending: true,
      after,
    });
  }

  async #remember(viewer: Actor, mediaId: Id, pins: readonly Id[]): Promise<void> {
    for (const pin of pins) {
      if (pins.length > 1 && (await this.#pinsVisible(viewer, [pin])) !== 'public') continue;
      this.#witnesses.set(mediaId, pin);
      return;
    }
  }
}
