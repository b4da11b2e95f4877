/** The consumer `feeds`: fan-out on write of new pins to the lists that feeds are made of. */

import type { Counters } from '#engines/counters/port';
import type { ListEntry, Lists } from '#engines/lists/port';
import type { Id } from '#kernel/ids';
import type { Consumer, DeliveredChange } from '#services/events/contract';
import type { FollowBody, Follows } from '#services/follows/contract';
import { type Pins, savesCounter } from '#services/pins/contract';
import { followingList, freshList, popularList } from '#services/recommend/contract';
import type { Feed } from './contract.ts';

/** What the consumer stands on. */
export interface FeedsConsumerDeps {
  readonly lists: Lists;
  readonly follows: Follows;
  readonly pins: Pins;
  readonly counters: Counters;
  readonly feed: Pick<Feed, 'renew'>;
}

const keep = { [freshList]: 20_000, [popularList]: 5_000, following: 800 } as const;
const backfill = 50;
const followersAtOnce = 1_000;
const week = 7 * 24 * 60 * 60 * 1000;

/** How popular a pin is: one doubling of its saves is worth a week of age. */
export function hotness(saves: number, at: number): number {
  return Math.log2(1 + saves) + at / week;
}

interface PinBody {
  readonly boardId: Id;
  readonly ownerId: Id;
  readonly mediaId: Id;
  readonly savedFrom: Id | null;
  readonly secret: boolean;
}

function bodyOf(change: DeliveredChange): PinBody {
  return change.body as unknown as PinBody;
}

/** Pushes of one batch, each list once. */
class Pushes {
  readonly #byList = new Map<string, { keep: number; entries: ListEntry[] }>();

  add(list: string, most: number, entry: ListEntry): void {
    const known = this.#byList.get(list);
    if (known) known.entries.push(entry);
    else this.#byList.set(list, { keep: most, entries: [entry] });
  }

  async flush(lists: Lists): Promise<void> {
    const pushes = [...this.#byList].map(([list, { keep: most, entries }]) => ({
      list,
      keep: most,
      entries,
    }));
    this.#byList.clear();
    if (pushes.length > 0) await lists.push(pushes);
  }
}

class FeedsConsumer implements Consumer {
  readonly name = 'feeds';
  readonly #deps: FeedsConsumerDeps;
  #pushes = new Pushes();

  constructor(deps: FeedsConsumerDeps) {
    this.#deps = deps;
  }

  async apply(changes: readonly DeliveredChange[]): Promise<void> {
    this.#pushes = new Pushes();
    for (const change of changes) await this.#applyOne(change);
    await this.#pushes.flush(this.#deps.lists);
  }

  async #applyOne(change: DeliveredChange): Promise<void> {
    if (change.type === 'pin.created') await this.#appear(change);
    else if (change.type === 'pin.updated') await this.#pinUpdated(change);
    else if (change.type === 'pin.removed') await this.#disappear(change.id);
    else if (change.type === 'follow.created') await this.#followed(change);
    else if (change.type === 'follow.removed') await this.#unfollowed(change);
  }

  async #pinUpdated(change: DeliveredChange): Promise<void> {
    const was = (change.before as unknown as PinBody | null)?.secret ?? false;
    const is = bodyOf(change).secret;
    if (!was && is) await this.#disappear(change.id);
    if (was && !is) await this.#appear(change);
  }

  async #appear(change: DeliveredChange): Promise<void> {
    const pin = bodyOf(change);
    this.#deps.feed.renew(pin.ownerId);
    if (pin.secret) return;
    const entry = { id: change.id, score: change.at };
    this.#pushes.add(freshList, keep[freshList], entry);
    await this.#pushPopular(change.id, pin, change.at);
    for (const follower of await this.#audience(pin)) {
      this.#pushes.add(followingList(follower), keep.following, entry);
    }
  }

  /** A saved pin rises in the place of its copy. */
  async #pushPopular(id: Id, pin: PinBody, at: number): Promise<void> {
    const counter = savesCounter(pin.mediaId);
    const saves = (await this.#deps.counters.getMany([counter])).get(counter) ?? 0;
    this.#pushes.add(popularList, keep[popularList], { id: pin.savedFrom ?? id, score: hotness(saves, at) });
  }

  async #audience(pin: PinBody): Promise<Set<Id>> {
    const all = new Set<Id>();
    for (const target of [pin.ownerId, pin.boardId]) {
      let after: { sequence: number; to: Id } | undefined;
      do {
        const page = await this.#deps.follows.followers(target, followersAtOnce, after);
        for (const id of page.ids) all.add(id);
        after = page.next ?? undefined;
      } while (after);
    }
    return all;
  }

  async #disappear(id: Id): Promise<void> {
    await this.#pushes.flush(this.#deps.lists);
    await this.#deps.lists.removeEverywhere(id);
  }

  async #followed(change: DeliveredChange): Promise<void> {
    const { target } = change.body as unknown as FollowBody;
    const recent = await this.#deps.pins.recentOf(target, backfill);
    for (const { id, at } of recent)
      this.#pushes.add(followingList(change.id), keep.following, { id, score: at });
    this.#deps.feed.renew(change.id);
  }

  async #unfollowed(change: DeliveredChange): Promise<void> {
    await this.#pushes.flush(this.#deps.lists);
    const { target } = change.body as unknown as FollowBody;
    const list = followingList(change.id);
    const ids = (await this.#deps.lists.range(list, keep.following)).map(({ id }) => id);
    const data = await this.#deps.pins.data(ids);
    const theirs = ids.filter((id) => [data.get(id)?.ownerId, data.get(id)?.boardId].includes(target));
    await this.#deps.lists.remove(list, theirs);
    this.#deps.feed.renew(change.id);
  }

  readonly checkpoint = (mark: string) => this.#deps.lists.checkpoint(mark);
  readonly mark = () => this.#deps.lists.mark();

  async reset(): Promise<void> {
    await this.#deps.lists.clear();
  }
}

/** Makes the consumer. Cost: one list push for every follower of a new pin. */
export function createFeedsConsumer(deps: FeedsConsumerDeps): Consumer {
  return new FeedsConsumer(deps);
}
