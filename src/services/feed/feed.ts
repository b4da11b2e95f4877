import type { ListEntry, Lists } from '#engines/lists/port';
import type { Actor } from '#kernel/actor';
import { requirePerson } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { decodeCursor, encodeCursor, pageLimit } from '#kernel/cursor';
import { type Id, isId } from '#kernel/ids';
import type { Page, PageRequest } from '#kernel/schema';
import type { Pins, PinView } from '#services/pins/contract';
import { followingList, type Recommend } from '#services/recommend/contract';
import type { Feed } from './contract.ts';
import { decodePlace, encodePlace } from './cursor.ts';
import { Seeds } from './seeds.ts';
import { type Grow, Skeleton, Skeletons } from './skeletons.ts';
import { type Present, type Walked, walk } from './walk.ts';

/** What the feed service stands on. */
export interface FeedDeps {
  readonly pins: Pins;
  readonly recommend: Recommend;
  readonly lists: Lists;
  readonly clock: Clock;
}

const opening = Buffer.from('{"items":[');
const comma = Buffer.from(',');
const keptSkeletons = 3_000;
const homeStep = 120;
const relatedStep = 120;
const personalSeedMs = 5 * 60_000;
const strangerSeedMs = 30_000;

function nameOf(viewer: Actor): string {
  return viewer.kind === 'person' ? viewer.userId : viewer.kind;
}

function isEntry(value: unknown): value is ListEntry {
  const entry = value as Partial<ListEntry> | null;
  return typeof entry === 'object' && entry !== null && typeof entry.score === 'number' && isId(entry.id);
}

class FeedService implements Feed {
  readonly #deps: FeedDeps;
  readonly #skeletons = new Skeletons(keptSkeletons);
  readonly #seeds: Seeds;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
    this.#seeds = new Seeds(deps.clock);
  }

  async home(viewer: Actor, page: PageRequest): Promise<Page<PinView>> {
    const { walked, seed } = await this.#walkHome(viewer, page, (ids) =>
      this.#deps.pins.hydrate(viewer, ids),
    );
    return {
      items: walked.items,
      cursor: walked.next === null ? null : encodePlace({ seed, place: walked.next }),
    };
  }

  async homeJson(viewer: Actor, page: PageRequest): Promise<Buffer> {
    const { walked, seed } = await this.#walkHome(viewer, page, (ids) =>
      this.#deps.pins.hydrateJson(viewer, ids),
    );
    const cursor = walked.next === null ? 'null' : `"${encodePlace({ seed, place: walked.next })}"`;
    const items = walked.items.flatMap((item, at) => (at === 0 ? [item] : [comma, item]));
    return Buffer.concat([opening, ...items, Buffer.from(`],"cursor":${cursor}}`)]);
  }

  async #walkHome<T>(
    viewer: Actor,
    page: PageRequest,
    present: Present<T>,
  ): Promise<{ walked: Walked<T>; seed: number }> {
    const limit = pageLimit(page);
    const name = nameOf(viewer);
    const lasts = viewer.kind === 'person' ? personalSeedMs : strangerSeedMs;
    const at =
      page.cursor === undefined
        ? { seed: this.#seeds.current(name, lasts), place: 0 }
        : decodePlace(page.cursor);
    const grow: Grow = (seen, ids) =>
      this.#deps.recommend.home(viewer, homeStep, { seed: at.seed + ids.length, seen });
    const skeleton = this.#skeletons.get(`home:${name}:${at.seed}`);
    return { walked: await walk(skeleton, at.place, limit, grow, present), seed: at.seed };
  }

  async related(viewer: Actor, pinId: Id, page: PageRequest): Promise<Page<PinView>> {
    const limit = pageLimit(page);
    // Throws for a pin that the viewer may not see, before anything is told of it.
    await this.#deps.pins.get(viewer, pinId);
    const at = page.cursor === undefined ? { seed: 0, place: 0 } : decodePlace(page.cursor);
    const bucket = Math.floor(this.#deps.clock.now() / personalSeedMs);
    const seed = page.cursor === undefined ? bucket : at.seed;
    const skeleton = this.#skeletons.get(
      `related:${nameOf(viewer)}:${pinId}:${seed}`,
      () => new Skeleton({ pins: [pinId] }),
    );
    const present: Present<PinView> = (ids) => this.#deps.pins.hydrate(viewer, ids);
    const walked = await walk(skeleton, at.place, limit, this.#growRelated(viewer, pinId), present);
    return {
      items: walked.items,
      cursor: walked.next === null ? null : encodePlace({ seed, place: walked.next }),
    };
  }

  /** First what is like the pin, then what is like what was found, then what the viewer likes anyway. */
  #growRelated(viewer: Actor, pinId: Id): Grow {
    return async (seen, ids) => {
      const around = ids.length === 0 ? [pinId] : ids.slice(-8);
      const found = await this.#deps.recommend.related(viewer, around, relatedStep, seen);
      if (found.length > 0) return found;
      return this.#deps.recommend.home(viewer, relatedStep, { seed: 0, seen });
    };
  }

  async following(viewer: Actor, page: PageRequest): Promise<Page<PinView>> {
    const list = followingList(requirePerson(viewer).userId);
    const limit = pageLimit(page);
    const items: PinView[] = [];
    let after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, isEntry);
    while (items.length < limit) {
      const entries = await this.#deps.lists.range(list, limit - items.length, after);
      const last = entries.at(-1);
      if (!last) return { items, cursor: null };
      items.push(
        ...(await this.#deps.pins.hydrate(
          viewer,
          entries.map(({ id }) => id),
        )),
      );
      after = last;
    }
    return { items, cursor: encodeCursor(after) };
  }

  renew(userId: Id): void {
    this.#seeds.renew(userId);
  }
}

/** Makes the feed service. Cost of a page of a known skeleton: one hydration. */
export function createFeed(deps: FeedDeps): Feed {
  return new FeedService(deps);
}
