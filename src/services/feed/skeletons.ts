/**
 * Skeletons: ordered ids that a scroll walks along, kept so that it is stable and shows nothing twice.
 *
 * A skeleton grows at its end when the scroll comes near it; what it holds already never moves. It lives in memory,
 * bounded in number; one that is gone is grown anew from the same seed, so a cursor still leads on.
 */
import type { LRUCache } from 'lru-cache';
import type { Id } from '#kernel/ids';
import { recent } from '#kernel/lru';
import type { Candidate, Seen } from '#services/recommend/contract';

/** Answers more candidates behind those that were seen; an empty answer ends the skeleton. */
export type Grow = (seen: Seen, ids: readonly Id[]) => Promise<readonly Candidate[]>;

/** One list of ids. */
export class Skeleton {
  readonly ids: Id[] = [];
  readonly #pins = new Set<Id>();
  readonly #media = new Set<Id>();
  #growing: Promise<void> | undefined;
  #ended = false;

  /** Leaves pictures and pins out from the start. */
  constructor(without: { pins?: readonly Id[]; media?: readonly Id[] } = {}) {
    for (const id of without.pins ?? []) this.#pins.add(id);
    for (const id of without.media ?? []) this.#media.add(id);
  }

  /** Whether nothing more can come. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Makes sure that `length` ids are there, unless there are no more. Callers at the same time share the work. */
  async reach(length: number, grow: Grow): Promise<void> {
    // What had nothing to show yet looks again: the first pictures are waited for.
    if (this.ids.length === 0) this.#ended = false;
    while (this.ids.length < length && !this.#ended) {
      this.#growing ??= this.#grow(grow).finally(() => {
        this.#growing = undefined;
      });
      await this.#growing;
    }
  }

  async #grow(grow: Grow): Promise<void> {
    const more = await grow({ pins: this.#pins, media: this.#media }, this.ids);
    const before = this.ids.length;
    for (const { pinId, mediaId } of more) {
      if (this.#pins.has(pinId) || this.#media.has(mediaId)) continue;
      this.#pins.add(pinId);
      this.#media.add(mediaId);
      this.ids.push(pinId);
    }
    this.#ended = this.ids.length === before;
  }
}

/** Skeletons by name, the least used forgotten first. */
export class Skeletons {
  readonly #kept: LRUCache<string, Skeleton>;

  constructor(most: number) {
    this.#kept = recent(most);
  }

  /** The skeleton of that name, made when it is not kept. */
  get(name: string, make: () => Skeleton = () => new Skeleton()): Skeleton {
    const kept = this.#kept.get(name);
    if (kept) return kept;
    const made = make();
    this.#kept.set(name, made);
    return made;
  }
}
