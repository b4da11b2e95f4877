import type { MappingEntry, Shards, StoredObject } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import type { EdgeRequest, MappingName } from '../contract.ts';
import { EdgeWalk } from './edge-walk.ts';
import { isOwn, type Ruled } from './object-readers.ts';
import { type Reading, readings } from './readings.ts';

/** The most edges that are counted one by one, for somebody who may not see all of them. */
const mostCounted = 10_000;

/** What readers of edges stand on; `visible` answers the objects that an actor may see. */
export interface EdgeReadersDeps {
  readonly shards: Pick<Shards, 'rangeMany' | 'linked' | 'countLinks'>;
  visible(actor: Ruled, ids: readonly Id[]): Promise<ReadonlyMap<Id, StoredObject>>;
}

function readingOf(actor: Ruled, mapping: MappingName, from: Id): Reading {
  const { self, others } = readings[mapping];
  return isOwn(actor, from) ? self : others;
}

/** Who may read which edges. Those that somebody may not see are left out as if they were not there. */
export class EdgeReaders {
  readonly #deps: EdgeReadersDeps;
  constructor(deps: EdgeReadersDeps) {
    this.#deps = deps;
  }

  /** Edges in the order of the requests, each list as full as it would be without the hidden ones. */
  async rangeMany(actor: Ruled, requests: readonly EdgeRequest[]): Promise<MappingEntry[][]> {
    const mays = await this.#mays(actor, requests);
    const walks = requests.map((request, at) => new EdgeWalk(request, mays[at] ?? 'none'));
    const stillOpen = () => walks.filter((walk) => walk.isOpen);
    for (let open = stillOpen(); open.length > 0; open = stillOpen()) await this.#step(actor, open);
    return walks.map(({ edges }) => edges);
  }

  async #step(actor: Ruled, open: readonly EdgeWalk[]): Promise<void> {
    const { shards, visible } = this.#deps;
    const pages = await shards.rangeMany(open.map((walk) => walk.next()));
    const asked = pages.flatMap((page, at) => (open[at]?.isFiltered ? page.map(({ to }) => to) : []));
    const seen = asked.length === 0 ? new Map<Id, StoredObject>() : await visible(actor, [...new Set(asked)]);
    for (const [at, walk] of open.entries()) walk.take(pages[at] ?? [], seen);
  }

  /** What may be read of each, with boards looked at: `all`, `visible` or `none`. */
  async #mays(actor: Ruled, asked: readonly Pick<EdgeRequest, 'mapping' | 'from'>[]): Promise<Reading[]> {
    const rules = asked.map(({ mapping, from }) => readingOf(actor, mapping, from));
    const boards = asked.filter((_, at) => rules[at] === 'board').map(({ from }) => from);
    if (boards.length === 0) return rules;
    const seen = await this.#deps.visible(actor, [...new Set(boards)]);
    return rules.map((rule, at) => {
      if (rule !== 'board') return rule;
      const from = asked[at]?.from;
      return from !== undefined && seen.has(from) ? 'all' : 'none';
    });
  }

  /** Which of `to` the actor may know to be linked. */
  async linked(actor: Ruled, mapping: MappingName, from: Id, to: readonly Id[]): Promise<Set<Id>> {
    const [may] = await this.#mays(actor, [{ mapping, from }]);
    if (may === 'none') return new Set();
    const found = await this.#deps.shards.linked(mapping, from, to);
    if (may === 'all' || found.size === 0) return found;
    return new Set((await this.#deps.visible(actor, [...found])).keys());
  }

  /** How many edges the actor may see; of a list that is not wholly theirs to see, at most 10,000. */
  async countLinks(actor: Ruled, mapping: MappingName, from: readonly Id[]): Promise<Map<Id, number>> {
    const mays = await this.#mays(
      actor,
      from.map((id) => ({ mapping, from: id })),
    );
    const counts = new Map(from.map((id) => [id, 0]));
    const whole = from.filter((_, at) => mays[at] === 'all');
    for (const [id, count] of await this.#deps.shards.countLinks(mapping, whole)) counts.set(id, count);
    const parts = from.filter((_, at) => mays[at] === 'visible');
    const limit = mostCounted;
    const lists = await this.rangeMany(
      actor,
      parts.map((id) => ({ mapping, from: id, limit })),
    );
    for (const [at, id] of parts.entries()) counts.set(id, lists[at]?.length ?? 0);
    return counts;
  }
}
