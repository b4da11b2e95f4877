/** Who may fetch a picture: by the store's rules, whoever took it in or may see one of its pins. */

import { type Actor, stranger } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { recent } from '#kernel/lru';
import type { Store } from '#services/store/contract';

/** Everybody, this viewer among others, or not this viewer. */
export type Visible = 'public' | 'private' | 'hidden';

const mostWitnesses = 50_000;

/**
 * Asks the store anew each time, so that a change of a pin or its board counts from the next request on. What is
 * remembered is only which pin to ask for first.
 */
export class PictureVisibility {
  readonly #store: Pick<Store, 'getMany' | 'range'>;
  /** A pin of each picture that was public when it was last asked for. */
  readonly #witnesses = recent<Id, Id>(mostWitnesses);

  constructor(store: Pick<Store, 'getMany' | 'range'>) {
    this.#store = store;
  }

  /** Cost of a picture that everybody sees: two look-ups in the store's cache; of others, a few reads. */
  async of(viewer: Actor, mediaId: Id): Promise<Visible> {
    if (viewer.kind === 'system') return 'private';
    if (await this.#isPublic(mediaId)) return 'public';
    const isTheirs = viewer.kind === 'person' && (await this.#store.getMany(viewer, [mediaId])).has(mediaId);
    return isTheirs ? 'private' : 'hidden';
  }

  async #isPublic(mediaId: Id): Promise<boolean> {
    const witness = this.#witnesses.get(mediaId);
    if (witness !== undefined && (await this.#store.getMany(stranger, [witness])).has(witness)) return true;
    const first = { mapping: 'media_has_pin', from: mediaId, limit: 1, ascending: true } as const;
    const [edge] = await this.#store.range(stranger, first);
    if (edge === undefined) return false;
    this.#witnesses.set(mediaId, edge.to);
    return true;
  }
}
