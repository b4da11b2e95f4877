/**
 * Views of pins as JSON in UTF-8, kept for as long as nothing that they are made of has changed.
 *
 * Bytes, because a page is then joined by copying. Nothing is read to find out that a text still holds: the store and the
 * counters are watched. What depends on the viewer is decided anew for each of them, from what is kept beside the text.
 */
import type { LRUCache } from 'lru-cache';
import type { Counters } from '#engines/counters/port';
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { recent } from '#kernel/lru';
import type { Unchanged } from '#kernel/stamps';
import type { Store } from '#services/store/contract';
import { type PinTexts, savesCounter } from './contract.ts';
import { type Hydration, type Ruled, ruledOf, standingOf, type WholePin } from './hydration.ts';
import type { Presentation } from './presentation.ts';

/** What fragments stand on. */
export interface FragmentsDeps {
  readonly store: Pick<Store, 'watch'>;
  readonly counters: Pick<Counters, 'watch'>;
  readonly hydration: Hydration;
  readonly presentation: Presentation;
  /** How many are kept. */
  readonly most: number;
}

interface Fragment extends Ruled {
  readonly mediaId: Id;
  /** Pin, board, owner, picture. */
  readonly keys: readonly Id[];
  /** As others than the pin's owner see it. */
  readonly text: Buffer;
  readonly unchanged: Unchanged;
  readonly savesUnchanged: Unchanged;
}

// The view ends with `mine`, the one thing that differs between viewers.
const forOthers = 'false}';
const forOwner = Buffer.from('true}');

/** What the owner gets: they see few of their own pins, so it is not kept. */
function ownText(text: Buffer): Buffer {
  return Buffer.concat([text.subarray(0, -forOthers.length), forOwner]);
}

/** Keeps the JSON of pins. */
export class Fragments {
  readonly #deps: FragmentsDeps;
  readonly #kept: LRUCache<Id, Fragment>;
  constructor(deps: FragmentsDeps) {
    this.#deps = deps;
    this.#kept = recent(deps.most);
  }

  /** Texts of the pins that the viewer may see, in the order of the ids; with `distinct`, each picture once. */
  async visible(viewer: Actor, ids: readonly Id[], distinct = false): Promise<PinTexts> {
    const fragments = await this.#all(ids);
    const shown = new Set<Id>();
    const texts: Buffer[] = [];
    for (const fragment of fragments) {
      const standing = standingOf(viewer, fragment);
      if (standing === 'hidden' || (distinct && shown.has(fragment.mediaId))) continue;
      if (distinct) shown.add(fragment.mediaId);
      texts.push(standing === 'mine' ? ownText(fragment.text) : fragment.text);
    }
    return { texts, unchanged: this.#watchAll(fragments) };
  }

  /** One watch for many fragments: a run over a few hundred neighbouring bytes. Hidden ones count: they may be shown again. */
  #watchAll(fragments: readonly Fragment[]): Unchanged {
    const objects = this.#deps.store.watch(fragments.flatMap(({ keys }) => keys));
    const saves = this.#deps.counters.watch(fragments.map(({ mediaId }) => savesCounter(mediaId)));
    const isAllCurrent = fragments.every((fragment) => fragment.unchanged() && fragment.savesUnchanged());
    return isAllCurrent ? () => objects() && saves() : () => false;
  }

  /** Fragments in the order of the ids, without pins that are gone: they never come back. */
  async #all(ids: readonly Id[]): Promise<Fragment[]> {
    const known = new Map<Id, Fragment>();
    const missing: Id[] = [];
    for (const id of ids) {
      const current = this.#current(id);
      if (current) known.set(id, current);
      else missing.push(id);
    }
    const made = missing.length === 0 ? known : await this.#make(missing);
    return ids.flatMap((id) => known.get(id) ?? made.get(id) ?? []);
  }

  #current(id: Id): Fragment | undefined {
    const kept = this.#kept.get(id);
    return kept?.unchanged() && kept.savesUnchanged() ? kept : undefined;
  }

  async #make(ids: readonly Id[]): Promise<Map<Id, Fragment>> {
    // Pins are watched before they are read; what stands around them is known only then, and is read once more below.
    const pinsUnchanged = this.#deps.store.watch(ids);
    const around = [...(await this.#deps.hydration.whole(ids)).values()].map((whole) => this.#watched(whole));
    const whole = await this.#deps.hydration.whole(ids);
    const made = new Map<Id, Fragment>();
    for (const { id, ...watched } of around) {
      const pin = whole.get(id);
      if (!pin) continue;
      const fragment = { ...ruledOf(pin), ...watched, mediaId: pin.media.id, text: this.#write(pin) };
      made.set(id, fragment);
      if (pinsUnchanged()) this.#kept.set(id, fragment);
    }
    return made;
  }

  #watched({ pin, board, owner, media }: WholePin) {
    const { store, counters } = this.#deps;
    const keys = [pin.id, board.id, owner.id, media.id];
    const savesUnchanged = counters.watch([savesCounter(media.id)]);
    return { id: pin.id, keys, unchanged: store.watch(keys), savesUnchanged };
  }

  #write(pin: WholePin): Buffer {
    const { mine: _differs, ...rest } = this.#deps.presentation.view({ ...pin, mine: false });
    return Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"mine":${forOthers}`);
  }
}
