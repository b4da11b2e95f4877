/** What the index should hold of a picture, read afresh from the store. */
import type { MappingEntry } from '#engines/shards/port';
import { system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { audienceOf, type BoardData } from '#services/boards/contract';
import type { PinData } from '#services/pins/contract';
import { dataOf, type Store } from '#services/store/contract';

/** Pins by picture that are known from elsewhere; the mapping may not have them yet. */
export type PinsOfMedia = ReadonlyMap<Id, ReadonlySet<Id>>;

const pageSize = 200;

interface Walk {
  readonly mediaId: Id;
  readonly audiences: Set<string>;
  pins: Id[];
  after: MappingEntry | undefined;
}

/** Who may see pins: a set of audiences for each pin's board, missing pins and boards left out. */
async function audiencesOf(store: Store, pinIds: readonly Id[]): Promise<Map<Id, string>> {
  const pins = await store.getMany(system, pinIds, { fresh: true });
  const boardOf = new Map([...pins].map(([id, pin]) => [id, dataOf<PinData>(pin).boardId]));
  const boards = await store.getMany(system, [...new Set(boardOf.values())], { fresh: true });
  const found = new Map<Id, string>();
  for (const [pinId, boardId] of boardOf) {
    const board = boards.get(boardId);
    if (board) found.set(pinId, audienceOf(boardId, dataOf<BoardData>(board).secret));
  }
  return found;
}

async function nextPage(store: Store, walks: readonly Walk[]): Promise<void> {
  const requests = walks.map(({ mediaId, after }) => {
    return { mapping: 'media_has_pin', from: mediaId, limit: pageSize, after } as const;
  });
  const pages = await store.rangeMany(system, requests);
  for (const [i, walk] of walks.entries()) {
    const edges = pages[i] ?? [];
    walk.pins.push(...edges.map(({ to }) => to));
    walk.after = edges.length === pageSize ? edges.at(-1) : undefined;
  }
}

/**
 * The audiences of pictures, by picture: those of all their pins, or `public` alone where there is any
 * public one, which everybody is in. A picture without pins has none. Cost: for a picture of n pins,
 * n reads if all are secret, one page of 200 as a rule.
 */
export async function audiencesOfMedia(
  store: Store,
  mediaIds: readonly Id[],
  known: PinsOfMedia = new Map(),
): Promise<Map<Id, string[]>> {
  const walks = mediaIds.map(
    (mediaId): Walk => ({
      mediaId,
      audiences: new Set(),
      pins: [...(known.get(mediaId) ?? [])],
      after: undefined,
    }),
  );
  let open = walks;
  while (open.length > 0) {
    await nextPage(store, open);
    const audiences = await audiencesOf(store, [...new Set(open.flatMap(({ pins }) => pins))]);
    for (const walk of open) {
      for (const pin of walk.pins) walk.audiences.add(audiences.get(pin) ?? '');
      walk.audiences.delete('');
      walk.pins = [];
    }
    open = open.filter((walk) => walk.after !== undefined && !walk.audiences.has('public'));
  }
  return new Map(walks.map(({ mediaId, audiences }) => [mediaId, summed(audiences)]));
}

function summed(audiences: ReadonlySet<string>): string[] {
  return audiences.has('public') ? ['public'] : [...audiences];
}
