/** A found list of pins, longer than a page: what pages are cut from. */
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { Serial } from '#kernel/serial';
import type { Pins, PinView } from '#services/pins/contract';
import type { FoundPin } from './contract.ts';

/** A pin in a found list. */
export interface RankedPin {
  readonly pinId: Id;
  readonly mediaId: Id;
  readonly score: number;
}

/** More of a list, best first; an empty answer ends it. Called once at a time. */
export type LoadMore = (known: readonly RankedPin[]) => Promise<RankedPin[]>;

/** A list that grows as it is read. A picture is in it once. */
export class Skeleton {
  readonly #ranked: RankedPin[] = [];
  readonly #media = new Set<Id>();
  readonly #turns = new Serial();
  readonly #more: LoadMore;
  #ended = false;

  constructor(more: LoadMore) {
    this.#more = more;
  }

  /** The pins from one place to another (exclusive); fewer at the end. */
  async slice(from: number, to: number): Promise<RankedPin[]> {
    await this.#turns.run(async () => {
      while (!this.#ended && this.#ranked.length < to) this.#add(await this.#more(this.#ranked));
    });
    return this.#ranked.slice(from, to);
  }

  #add(found: readonly RankedPin[]): void {
    this.#ended = found.length === 0;
    for (const pin of found) {
      if (this.#media.has(pin.mediaId)) continue;
      this.#media.add(pin.mediaId);
      this.#ranked.push(pin);
    }
  }
}

/** Part of a list as shown, and where the next part begins; null at the end. */
export interface Cut {
  readonly found: FoundPin[];
  readonly next: number | null;
}

/** Cuts up to `limit` visible pins from a list. What is no longer visible is passed over. */
export async function cut(
  pins: Pick<Pins, 'hydrate'>,
  viewer: Actor,
  skeleton: Skeleton,
  part: { readonly from: number; readonly limit: number },
): Promise<Cut> {
  const found: FoundPin[] = [];
  let at = part.from;
  while (found.length < part.limit) {
    const ranked = await skeleton.slice(at, at + part.limit - found.length);
    if (ranked.length === 0) return { found, next: null };
    at += ranked.length;
    const views = await pins.hydrate(
      viewer,
      ranked.map(({ pinId }) => pinId),
    );
    found.push(...scored(views, ranked));
  }
  const isMore = (await skeleton.slice(at, at + 1)).length > 0;
  return { found, next: isMore ? at : null };
}

function scored(views: readonly PinView[], ranked: readonly RankedPin[]): FoundPin[] {
  const scores = new Map(ranked.map(({ pinId, score }) => [pinId, score]));
  return views.map((pin) => ({ pin, score: scores.get(pin.id) ?? 0 }));
}
