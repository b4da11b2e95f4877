/** Many pins at once, through the services. */
import type { Person } from '#kernel/actor';
import { stranger } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { PinView } from '#services/pins/contract';
import { softPicture } from './pictures.ts';
import type { Site } from './site.ts';
import type { Visitor } from './visitor.ts';

const lanes = 8;

/** A visitor as the services know them. */
export async function personOf(site: Site, visitor: Visitor): Promise<Person> {
  const token = visitor.cookie?.split('=')[1];
  const known = token === undefined ? undefined : await site.app.services.accounts.authenticate(token);
  if (!known) throw new Error(`${visitor.me?.name ?? stranger.kind} is not signed in`);
  return known.actor;
}

/** Pins `count` different small pictures, titled "Picture 1" and so on, to boards in turn; resolves when all indexes have them. */
export async function seedPins(
  site: Site,
  visitor: Visitor,
  boardIds: readonly Id[],
  count: number,
): Promise<PinView[]> {
  const person = await personOf(site, visitor);
  const { media, pins } = site.app.services;
  const made: PinView[] = [];
  const numbers = Array.from({ length: count }, (_, at) => at).values();
  const lane = async () => {
    for (const n of numbers) {
      const boardId = boardIds[n % boardIds.length];
      if (boardId === undefined) throw new Error('no boards');
      const { id } = await media.ingest(
        person,
        await softPicture(n, { width: 120, height: 80 + ((n * 37) % 90) }),
      );
      made.push(await pins.create(person, { boardId, mediaId: id, title: `Picture ${n + 1}` }));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await site.drain();
  return made;
}

/** All pages of a list, one after the other, at most `most`, beginning at `cursor`. */
export async function scroll(
  visitor: Visitor,
  path: string,
  { limit = 25, most = 100, cursor = null as string | null } = {},
): Promise<{ items: PinView[]; cursor: string | null; pages: number }> {
  const items: PinView[] = [];
  let next = cursor;
  let pages = 0;
  do {
    const mark = path.includes('?') ? '&' : '?';
    const more: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    const page: { items: PinView[]; cursor: string | null } = await visitor.read(
      `${path}${mark}limit=${limit}${more}`,
    );
    items.push(...page.items);
    next = page.cursor;
    pages += 1;
  } while (next !== null && pages < most);
  return { items, cursor: next, pages };
}
