/** Saves over HTTP while the MariaDB server of all shards stands still, is killed and comes back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { topologyOf } from '#apps/config/shards';
import type { Id } from '#kernel/ids';
import type { JobView } from '#services/jobs/contract';
import type { PinView } from '#services/pins/contract';
import { type Pair, specOf, startPair } from './support/failover-bed.ts';
import { softPicture } from './support/pictures.ts';
import { scroll } from './support/seed.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import type { Answer, Visitor } from './support/visitor.ts';

interface Provisional {
  readonly status: 'saved';
  readonly provisional: true;
  readonly job: string;
  readonly pin: PinView;
}

/** Somebody who saves to a board of their own, and what they were promised. */
interface Saver {
  readonly visitor: Visitor;
  readonly board: Id;
  readonly promised: Id[];
}

const savers = 4;
const saveDeadlineMs = 25;

let pair: Pair;
let site: Site;
let ada: Visitor;
let source: PinView;
const people: Saver[] = [];
before(async () => {
  pair = await startPair();
  const shards = topologyOf({ count: 8, backends: { main: specOf(pair) } });
  site = await startSiteIn(await freshFolder(), { shards, saveDeadlineMs });
  ada = await site.member('ada');
  source = await pinned((await ada.board('Bridges')).id);
  for (let n = 0; n < savers; n += 1) {
    const visitor = await site.member(`saver-${n}`);
    people.push({ visitor, board: (await visitor.board('Kept')).id, promised: [] });
  }
  await Promise.all(people.map(save));
  await arrive();
});
after(async () => {
  await site.stop();
  await pair.replica.stop();
  await pair.primary.stop();
});

/** A new pin, which this slow machine may well make by way of the queue. */
async function pinned(boardId: Id): Promise<PinView> {
  const { id: mediaId } = await ada.upload(await softPicture(1));
  const { body } = await ada.post<PinView | Provisional>('/api/pins', { boardId, mediaId });
  await arrive();
  return 'pin' in body ? body.pin : body;
}

/** Saves once; answers what came of it. Every acknowledged save must be there in the end. */
async function save({ visitor, board, promised }: Saver): Promise<Answer<PinView | Provisional>> {
  const path = `/api/pins/${source.id}/save`;
  const answer = await visitor.post<PinView | Provisional>(path, { boardId: board });
  assert.ok([201, 202].includes(answer.status), `${answer.status} ${JSON.stringify(answer.body)}`);
  assert.equal('pin' in answer.body, answer.status === 202);
  promised.push('pin' in answer.body ? answer.body.pin.id : answer.body.id);
  return answer;
}

/** Resolves when every save is on its shard. */
async function arrive(): Promise<void> {
  const { jobs, store } = site.app.services;
  do {
    await jobs.hasten('save-pin');
    await jobs.drain();
  } while (store.pending.size > 0);
}

const onBoard = async (viewer: Visitor, { board }: Saver) =>
  (await scroll(viewer, `/api/boards/${board}/pins`)).items.map(({ id }) => id);

/** All that anybody was promised is on their board, once, for everybody to see. */
async function checkAll(): Promise<void> {
  for (const saver of people) {
    assert.deepEqual((await onBoard(site.visitor(), saver)).sort(), saver.promised.toSorted());
    for (const id of saver.promised) assert.equal((await ada.get(`/api/pins/${id}`)).status, 200);
  }
}

test('a save is acknowledged, and seen by its saver alone, while the server stands still', async () => {
  const [saver] = people;
  assert.ok(saver);
  pair.primary.pause();
  const { status, body } = await save(saver);
  assert.equal(status, 202);
  assert.ok('pin' in body);
  assert.deepEqual([body.status, body.provisional], ['saved', true]);
  assert.equal((await saver.visitor.get(`/api/pins/${body.pin.id}`)).status, 200);
  assert.equal((await ada.get(`/api/pins/${body.pin.id}`)).status, 404);
  assert.equal((await onBoard(saver.visitor, saver))[0], body.pin.id);
  assert.ok(!(await onBoard(ada, saver)).includes(body.pin.id));
  assert.equal((await saver.visitor.delete(`/api/pins/${body.pin.id}`)).status, 409);
  assert.equal((await saver.visitor.read<JobView>(`/api/jobs/${body.job}`)).state, 'pending');
  pair.primary.resume();
  await arrive();
  assert.equal((await saver.visitor.read<JobView>(`/api/jobs/${body.job}`)).state, 'done');
  await checkAll();
});

test('no save is lost or doubled when the server is killed under load, and the site with it', async () => {
  const [first] = people;
  assert.ok(first);
  let isOver = false;
  const saving = people.map(async (saver) => {
    while (!isOver) await save(saver);
  });
  while (first.promised.length < 20) await save(first);
  await pair.primary.kill();
  const dead = first.promised.length;
  while (first.promised.length < dead + 20) await save(first);
  isOver = true;
  await Promise.all(saving);
  assert.ok(site.app.services.store.pending.size > 0, 'saves wait for the server');
  await pair.primary.start();
  await arrive();
  await checkAll();
});

test('what waits for a dead server is there after a restart, and arrives', async () => {
  await pair.primary.kill();
  for (const saver of people) assert.equal((await save(saver)).status, 202);
  const cookies = people.map(({ visitor }) => visitor.cookie);
  site = await site.restart();
  const seen = await Promise.all(
    people.map(async ({ promised }, n) => {
      const headers = { cookie: cookies[n] ?? '' };
      return (await fetch(`${site.url}/api/pins/${promised.at(-1)}`, { headers })).status;
    }),
  );
  assert.deepEqual(
    seen,
    people.map(() => 200),
  );
  await pair.primary.start();
  await arrive();
  ada = site.visitor();
  await checkAll();
});
