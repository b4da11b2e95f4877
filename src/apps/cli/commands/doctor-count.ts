/** Walks the store and compares what is derived from it. */

import type { App } from '#apps/compose';
import { pictureWidths } from '#engines/pictures/port';
import type { StoredObject } from '#engines/shards/port';
import { system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { boardPinsCounter } from '#services/boards/contract';
import type { MediaData } from '#services/media/contract';

/** What the store holds, and what does not fit it. */
export interface StoredCount {
  /** Pins, boards and people. */
  documents: number;
  /** Ready pictures that are on at least one pin. */
  searchable: number;
  problems: string[];
  counterProblems: string[];
}

const keptProblems = 100;

async function checkPicture(app: App, object: StoredObject, hasFeatures: boolean): Promise<string[]> {
  const media = object.data as unknown as MediaData;
  const folder = `pictures/${media.signature.slice(0, 2)}/${media.signature}`;
  const names = ['original', ...pictureWidths.map((width) => `${width}.webp`)];
  const heads = await Promise.all(names.map((name) => app.engines.blobs.head(`${folder}/${name}`)));
  const missing = names.filter((_, at) => heads[at] === undefined);
  const problems = missing.map((name) => `${media.signature}: ${name} is missing`);
  return hasFeatures ? problems : [...problems, `${media.signature}: its features are missing`];
}

async function countMedia(app: App, batch: StoredObject[], count: StoredCount): Promise<void> {
  const ready = batch.filter(({ data }) => data['state'] === 'ready');
  const ids = ready.map(({ id }) => id);
  const [features, pins] = await Promise.all([
    app.engines.features.getMany(app.engines.pictures.encoder, ids),
    app.services.store.rangeMany(
      system,
      ids.map((from) => ({ mapping: 'media_has_pin' as const, from, limit: 100 })),
    ),
  ]);
  const alive = await app.services.store.getMany(system, [...new Set(pins.flat().map(({ to }) => to))]);
  count.searchable += pins.filter((edges) => edges.some(({ to }) => alive.has(to))).length;
  for (const object of ready)
    count.problems.push(...(await checkPicture(app, object, features.has(object.id))));
  const stuck = batch.filter(({ data }) => data['state'] === 'processing');
  count.problems.push(...stuck.map(({ data }) => `${String(data['signature'])} is still being processed`));
}

async function countBoards(app: App, ids: readonly Id[], count: StoredCount): Promise<void> {
  const [linked, counted] = await Promise.all([
    app.services.store.countLinks(system, 'board_has_pin', ids),
    app.engines.counters.getMany(ids.map(boardPinsCounter)),
  ]);
  for (const id of ids) {
    const [found, expected] = [counted.get(boardPinsCounter(id)) ?? 0, linked.get(id) ?? 0];
    if (found !== expected)
      count.counterProblems.push(`board ${id}: ${found} pins counted, ${expected} there`);
  }
}

/** Counts and checks; at most a hundred problems of a kind are kept. */
export async function countStored(
  app: App,
  progress: (done: number, total: number) => void,
): Promise<StoredCount> {
  const count: StoredCount = { documents: 0, searchable: 0, problems: [], counterProblems: [] };
  const { store } = app.services;
  const total = await app.engines.features.count(app.engines.pictures.encoder);
  for await (const batch of store.scan(system, 'user')) count.documents += batch.length;
  for await (const batch of store.scan(system, 'pin')) count.documents += batch.length;
  for await (const batch of store.scan(system, 'board')) {
    count.documents += batch.length;
    await countBoards(
      app,
      batch.map(({ id }) => id),
      count,
    );
  }
  let done = 0;
  for await (const batch of store.scan(system, 'media')) {
    await countMedia(app, batch, count);
    done += batch.length;
    progress(Math.min(done, total), total);
  }
  count.problems = count.problems.slice(0, keptProblems);
  count.counterProblems = count.counterProblems.slice(0, keptProblems);
  return count;
}
