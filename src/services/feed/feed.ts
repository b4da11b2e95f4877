import type { ListEntry, Lists } from '#engines/lists/port';
import type { Actor } from '#kernel/actor';
import { requirePerson } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { decodeCursor, encodeCursor, pageLimit } from '#kernel/cursor';
import { type Id, isId } from '#kernel/ids';
import type { Page, PageRequest } from '#kernel/schema';
import type { Unchanged } from '#kernel/stamps';
import type { Pins, PinView } from '#services/pins/contract';
import { followingList, type Recommend } from '#services/recommend/contract';
import type { Feed } from './contract.ts';
import { decodePlace, encodePlace } from './cursor.ts';
import { SentPages } from './pages.ts';
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
/** Some 2,000 pages of 25. */
const keptPageBytes = 48 * 1024 * 1024;
// The first page waits for the first step only; who scrolls on gets on with fewer, longer ones.
const homeStep = { first: 120, later: 240 } as const;
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

/** A request for a page of a feed. */
interface Visit {
  readonly seed: number;
  readonly place: number;
  readonly limit: number;
  readonly skeleton: Skeleton;
  /** Names the page. */
  readonly name: string;
}

class FeedService implements Feed {
  readonly #deps: FeedDeps;
  readonly #skeletons = new Skeletons(keptSkeletons);
  readonly #sent = new SentPages(keptPageBytes);
  readonly #seeds: Seeds;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
    this.#seeds = new Seeds(deps.clock);
  }

  async home(viewer: Actor, page: PageRequest): Promise<Page<PinView>> {
    const visit = this.#visit(viewer, page);
    const { items, next } = await this.#walk(viewer, visit, (ids) => this.#deps.pins.hydrate(viewer, ids));
    return { items, cursor: next === null ? null : encodePlace({ seed: visit.seed, place: next }) };
  }

  async homeJson(viewer: Actor, page: PageRequest): Promise<Buffer> {
    const visit = this.#visit(viewer, page);
    const { skeleton, name } = visit;
    const kept = this.#sent.get(name, skeleton);
    if (kept) return kept;
    const watches: Unchanged[] = [];
    const { items, next } = await this.#walk(viewer, visit, async (ids) => {
      const { texts, unchanged } = await this.#deps.pins.hydrateJson(viewer, ids);
      watches.push(unchanged);
      return texts;
    });
    const cursor = next === null ? 'null' : `"${encodePlace({ seed: visit.seed, place: next })}"`;
    const joined = items.flatMap((item, at) => (at === 0 ? [item] : [comma, item]));
    const body = Buffer.concat([opening, ...joined, Buffer.from(`],"cursor":${cursor}}`)]);
    // Nothing that may change is in an empty one, so that nothing would tell.
    if (items.length === 0) return body;
    this.#sent.keep(name, { skeleton, body, unchanged: () => watches.every((unchanged) => unchanged()) });
    return body;
  }

  /** Where in which skeleton a request for the home feed is. */
  #visit(viewer: Actor, page: PageRequest): Visit {
    const limit = pageLimit(page);
    const who = nameOf(viewer);
    const lasts = viewer.kind === 'person' ? personalSeedMs : strangerSeedMs;
    const { seed, place } =
      page.cursor === undefined
        ? { seed: this.#seeds.current(who, lasts), place: 0 }
        : decodePlace(page.cursor);
    const feed = `home:${who}:${seed}`;
    return { seed, place, limit, skeleton: this.#skeletons.get(feed), name: `${feed}:${place}:${limit}` };
  }

  #walk<T>(viewer: Actor, { seed, place, limit, skeleton }: Visit, present: Present<T>): Promise<Walked<T>> {
    const grow: Grow = (seen, ids) =>
      this.#deps.recommend.home(viewer, ids.length === 0 ? homeStep.first : homeStep.later, {
        seed: seed + ids.length,
        seen,
      });
    return walk(skeleton, place, limit, grow, present);
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
