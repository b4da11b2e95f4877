/** A small library in which everything happens that something is derived from, and all that is derived, to be compared. */
import type { SegmentLog } from '#engines/event-log/segments';
import { stranger } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Page } from '#kernel/schema';
import { actionsTopic } from '#services/actions/contract';
import type { OwnInsights } from '#services/analytics/contract';
import { archiveGroup } from '#services/archive/contract';
import type { BoardView } from '#services/boards/contract';
import { changesTopic } from '#services/events/contract';
import type { PinView } from '#services/pins/contract';
import { freshList, popularList } from '#services/recommend/contract';
import type { SearchAnswer } from '#services/search/contract';
import { softPicture } from './pictures.ts';
import { personOf } from './seed.ts';
import type { Site } from './site.ts';
import type { Visitor } from './visitor.ts';

/** People with boards. */
export interface Library {
  readonly ada: Visitor;
  readonly ben: Visitor;
  readonly pies: BoardView;
  readonly bread: BoardView;
}

/** The same people at the site that runs now. */
export const libraryAt = (site: Site, library: Library): Library => ({
  ...library,
  ada: library.ada.at(site.url),
  ben: library.ben.at(site.url),
});

let tellings = 0;

/** Tells of a pin that was seen, opened and left by its link. */
async function look(visitor: Visitor, pin: PinView): Promise<void> {
  const actions = (['impression', 'closeup', 'click'] as const).map((type) => ({
    id: `telling-${String(tellings++).padStart(10, '0')}`,
    ...{ type, v: 1, at: Date.now(), surface: 'home', pinId: pin.id, rank: 0 },
    ...(type === 'click' && { target: 'source' }),
  }));
  const told = { device: 'browser-0123456789', sentAt: Date.now(), actions };
  await visitor.expect(202, 'POST', '/api/actions', told);
}

/** Two people, boards open, secret and shared, follows, pins that come, change, move and go. */
export async function begin(site: Site): Promise<Library> {
  const [ada, ben] = [await site.member('ada'), await site.member('ben')];
  const [pies, bread] = [await ada.board('Pies'), await ben.board('Bread')];
  const hidden = await ada.board('Hidden', { secret: true });
  await ada.expect(200, 'PUT', `/api/boards/${hidden.id}/roles/${ben.me?.id}`, { role: 'editor' });
  await ben.expect(204, 'PUT', '/api/users/ada/follow');
  await ada.expect(204, 'PUT', `/api/boards/${bread.id}/follow`);
  await ada.pin(hidden.id, await softPicture(1), { title: 'whispered recipe' });
  const moved = await ada.pin(hidden.id, await softPicture(2), { title: 'plum cake' });
  await ada.expect(200, 'PATCH', `/api/pins/${moved.id}`, { boardId: pies.id, title: 'plum tart' });
  const gone = await ada.pin(pies.id, await softPicture(3), { title: 'burnt' });
  await ada.expect(204, 'DELETE', `/api/pins/${gone.id}`);
  const library = { ada, ben, pies, bread };
  await goOn(site, library, 'apple');
  return library;
}

let pictures = 10;

/** More pins, saves and looks, with a word of their own. */
export async function goOn(site: Site, { ada, ben, pies, bread }: Library, word: string): Promise<void> {
  for (const [i, name] of ['first', 'second', 'third'].entries()) {
    const pin = await ada.pin(pies.id, await softPicture(pictures++), { title: `${word} ${name} pie` });
    await look(ben, pin);
    if (i === 1) continue;
    await ben.expect(201, 'POST', `/api/pins/${pin.id}/save`, { boardId: bread.id });
  }
  await site.drain();
}

const topics = [changesTopic, actionsTopic];

/** Lets the log forget, by its own retention, what `groups` need no more; whatever comes next can be forgotten apart from what is there. */
async function forget(site: Site, ...groups: string[]): Promise<void> {
  const log = site.app.engines.eventLog as SegmentLog;
  for (const topic of topics) await log.configure(topic, { retainMs: 1, heldFor: groups });
  await log.keep();
  for (const topic of topics) await log.configure(topic, {});
}

/** Archives all that is logged, which the log still keeps. */
export async function archiveAll(site: Site): Promise<void> {
  await site.app.services.archive.run({ open: true });
  await forget(site, 'nobody');
}

/** Lets the log forget what is archived. */
export const cutLog = (site: Site): Promise<void> => forget(site, archiveGroup);

/** How many events of all topics the log has, and how many of them it still keeps. */
export async function keptOf(site: Site): Promise<{ logged: number; kept: number }> {
  const { eventLog } = site.app.engines;
  const counts = { logged: 0, kept: 0 };
  for (const topic of topics) {
    for (let partition = 0; partition < eventLog.partitions; partition++) {
      const end = await eventLog.end(topic, partition);
      counts.logged += end;
      counts.kept += end - (await eventLog.start(topic, partition));
    }
  }
  return counts;
}

/** What pins, boards and people say, and what none that is there says any more. */
const words = ['apple', 'quince', 'third pie', 'plum', 'cake', 'whispered', 'burnt', 'bread', 'ada'];

const searched = (viewer: Visitor, [pin]: readonly PinView[]) =>
  Promise.all([
    ...words.map((q) => viewer.read<SearchAnswer>(`/api/search?q=${encodeURIComponent(q)}`)),
    viewer.read<Page<PinView>>(`/api/pins/${pin?.id}/similar`),
  ]);

/** Pins for somebody, by nothing but what is derived. */
async function recommended(site: Site, visitor: Visitor, [pin]: readonly PinView[]) {
  const { recommend } = site.app.services;
  const viewer = visitor.me ? await personOf(site, visitor) : stranger;
  const seen = { pins: new Set<Id>(), media: new Set<Id>() };
  return {
    home: await recommend.home(viewer, 100, { seed: 5, seen }),
    related: pin ? await recommend.related(viewer, [pin.id], 100, seen) : [],
  };
}

/** What is derived, as the engines hold it and as people see it. */
export async function derivedOf(site: Site, { ada, ben, pies }: Library) {
  const { counters, lists, textIndex } = site.app.engines;
  const { items: pins } = await ada.read<Page<PinView>>(`/api/boards/${pies.id}/pins`);
  const viewers = [ada, ben, site.visitor()];
  const read = <T>(path: string) => Promise.all([ada, ben].map((viewer) => viewer.read<T>(path)));
  return {
    pins,
    counted: (await counters.top('', 1000)).filter(({ value }) => value !== 0),
    documents: await textIndex.size(),
    indexed: (await site.app.services.vision.status()).indexed,
    fresh: await lists.range(freshList, 100),
    following: await read<Page<PinView>>('/api/feed/following'),
    searched: await Promise.all(viewers.map((viewer) => searched(viewer, pins))),
    insights: await read<OwnInsights>('/api/analytics'),
    people: await Promise.all(['/api/users/ada', '/api/users/ben', '/api/me/boards/joined'].map(read)),
  };
}

/**
 * The list of popular pins, and what is recommended by it. Depends on how far saves were counted when the list was filled, so it
 * is the same only where a rebuild filled it; and it is remembered for a while by who asks.
 */
export async function rankedOf(site: Site, { ada, ben, pies }: Library) {
  const { items: pins } = await ada.read<Page<PinView>>(`/api/boards/${pies.id}/pins`);
  const viewers = [ada, ben, site.visitor()];
  return {
    popular: await site.app.engines.lists.range(popularList, 100),
    recommended: await Promise.all(viewers.map((viewer) => recommended(site, viewer, pins))),
  };
}
