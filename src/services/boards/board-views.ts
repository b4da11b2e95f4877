import type { Counters } from '#engines/counters/port';
import type { MappingEntry } from '#engines/shards/port';
import { type Actor, system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Accounts, PersonCard } from '#services/accounts/contract';
import type { Follows } from '#services/follows/contract';
import type { Media, MediaData, PictureView } from '#services/media/contract';
import type { PinData } from '#services/pins/contract';
import { boardRole, dataOf, ownsBoard, type Store } from '#services/store/contract';
import type { StoredBoard } from './board-objects.ts';
import { type BoardData, type BoardMember, type BoardView, boardPinsCounter } from './contract.ts';

/** What views of boards are put together from. */
export interface BoardViewsDeps {
  readonly store: Store;
  readonly accounts: Pick<Accounts, 'cards'>;
  readonly follows: Pick<Follows, 'counts' | 'followed'>;
  readonly counters: Counters;
  readonly media: Pick<Media, 'view'>;
}

const covers = 3;
/** How many of a board's newest pins are looked at for covers: some may still be processing, or show one picture again. */
const coverCandidates = 8;

/**
 * Puts views of boards together, batched: three rounds of reads however many boards there are. The boards are known to be
 * the viewer's to see, and so are their pins, which are read as the system.
 */
export class BoardViews {
  readonly #deps: BoardViewsDeps;
  constructor(deps: BoardViewsDeps) {
    this.#deps = deps;
  }

  /** Views of boards that the viewer may see, in their order. A board without an owner is left out. */
  async of(viewer: Actor, boards: readonly StoredBoard[]): Promise<BoardView[]> {
    if (boards.length === 0) return [];
    const ids = boards.map(({ id }) => id);
    const [people, newest, counts, follows, followed] = await Promise.all([
      this.#deps.accounts.cards(peopleOf(boards)),
      this.#newest(viewer, ids),
      this.#pinCounts(viewer, boards),
      this.#deps.follows.counts(ids),
      this.#deps.follows.followed(viewer, ids),
    ]);
    const pictures = await this.#pictures(viewer, newest.flat());
    return boards.flatMap(({ id, data, createdAt }, at) => {
      const owner = people.get(data.ownerId);
      if (owner === undefined) return [];
      const edges = newest[at] ?? [];
      const view: BoardView = {
        id,
        name: data.name,
        description: data.description,
        secret: data.secret,
        owner,
        pinCount: counts.get(id) ?? 0,
        followers: follows.get(id)?.followers ?? 0,
        covers: coversOf(edges, pictures),
        updatedAt: Math.max(createdAt, edges[0]?.sequence ?? 0),
        mine: ownsBoard(viewer, data),
        role: boardRole(viewer, data),
        members: membersFor(viewer, data, people),
        followed: followed.has(id),
      };
      return [view];
    });
  }

  #newest(viewer: Actor, ids: readonly Id[]): Promise<MappingEntry[][]> {
    const range = { mapping: 'board_has_pin', limit: coverCandidates } as const;
    return this.#deps.store.rangeMany(
      viewer,
      ids.map((from) => ({ ...range, from })),
    );
  }

  /** Exact for one's own boards, so that a save shows at once; derived for others'. */
  async #pinCounts(viewer: Actor, boards: readonly StoredBoard[]): Promise<Map<Id, number>> {
    const [own, others] = [
      boards.filter(({ data }) => ownsBoard(viewer, data)).map(({ id }) => id),
      boards.filter(({ data }) => !ownsBoard(viewer, data)).map(({ id }) => id),
    ];
    const [exact, derived] = await Promise.all([
      own.length === 0 ? new Map<Id, number>() : this.#deps.store.countLinks(viewer, 'board_has_pin', own),
      this.#deps.counters.getMany(others.map(boardPinsCounter)),
    ]);
    return new Map([...exact, ...others.map((id) => [id, derived.get(boardPinsCounter(id)) ?? 0] as const)]);
  }

  /** Ready pictures by the pin that shows them. */
  async #pictures(viewer: Actor, edges: readonly MappingEntry[]): Promise<Map<Id, PictureView>> {
    const { store, media } = this.#deps;
    const pins = [
      ...(
        await store.getMany(
          viewer,
          edges.map(({ to }) => to),
        )
      ).values(),
    ];
    const mediaOf = new Map(pins.map((pin) => [pin.id, dataOf<PinData>(pin).mediaId]));
    const stored = await store.getMany(system, [...new Set(mediaOf.values())]);
    const views = new Map<Id, PictureView>();
    for (const [pinId, mediaId] of mediaOf) {
      const picture = stored.get(mediaId);
      const data = picture && dataOf<MediaData>(picture);
      if (data?.state === 'ready') views.set(pinId, media.view(data));
    }
    return views;
  }
}

function peopleOf(boards: readonly StoredBoard[]): Id[] {
  return [
    ...new Set(boards.flatMap(({ data }) => [data.ownerId, ...(Object.keys(data.roles ?? {}) as Id[])])),
  ];
}

function membersFor(viewer: Actor, board: BoardData, people: ReadonlyMap<Id, PersonCard>): BoardMember[] {
  const isTold = viewer.kind === 'system' || boardRole(viewer, board) !== 'none';
  if (!isTold) return [];
  return Object.entries(board.roles ?? {}).flatMap(([userId, role]) => {
    const person = people.get(userId as Id);
    return person ? [{ person, role }] : [];
  });
}

function coversOf(edges: readonly MappingEntry[], pictures: ReadonlyMap<Id, PictureView>): PictureView[] {
  const bySignature = new Map<string, PictureView>();
  for (const { to } of edges) {
    const picture = pictures.get(to);
    if (picture && !bySignature.has(picture.signature)) bySignature.set(picture.signature, picture);
  }
  return [...bySignature.values()].slice(0, covers);
}
