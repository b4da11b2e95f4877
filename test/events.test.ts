/** Events that no consumer can apply: seen and dealt with by the owner, over HTTP and on the command line. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { ConsumerLag, ParkedEvent } from '#services/events/contract';
import { pinakes, pinakesJson } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

interface Events {
  readonly consumers: ConsumerLag[];
  readonly parked: ParkedEvent[];
}

const base = '/api/operations/events';
let folder: string;
let site: Site;
let owner: Visitor;
before(async () => {
  folder = await freshFolder();
  site = await startSiteIn(folder);
  owner = await site.member('ada');
  await site.app.engines.eventLog.append('changes', [{ key: 'x', value: { type: 'pin.created', v: 77 } }]);
  await site.drain();
});
after(() => site.stop());

test('what fits no schema is parked by every consumer, with its cause', async () => {
  const { consumers, parked } = await owner.read<Events>(base);
  assert.ok(consumers.length >= 7);
  assert.deepEqual(parked.map(({ consumer }) => consumer).sort(), consumers.map(({ name }) => name).sort());
  for (const { lag, error, parked: count } of consumers)
    assert.deepEqual({ lag, count, error }, { lag: 0, count: 1, error });
  assert.ok(parked.every(({ type, cause }) => type === 'pin.created' && cause !== ''));
});

test('only the owner sees and settles it', async () => {
  const member = await site.member('mila');
  for (const visitor of [member, site.visitor()]) {
    const status = visitor === member ? 403 : 401;
    const code = visitor === member ? 'forbidden' : 'unauthenticated';
    assertRefused(await visitor.get(base), status, code);
    assertRefused(await visitor.post(`${base}/replay`, { consumer: 'words' }), status, code);
    assertRefused(await visitor.post(`${base}/discard`, { consumer: 'words' }), status, code);
  }
});

test('a replay in vain keeps it, a discard forgets it', async () => {
  const replayed = await owner.post(`${base}/replay`, { consumer: 'words' });
  assert.deepEqual(replayed.body, { replayed: 0, failed: 1 });
  const [one] = (await owner.read<Events>(base)).parked.filter(({ consumer }) => consumer === 'words');
  assert.equal(one?.replays, 1);
  const discarded = await owner.post(`${base}/discard`, { consumer: 'words', id: one?.id });
  assert.deepEqual(discarded.body, { discarded: 1 });
  assertRefused(await owner.post(`${base}/discard`, { consumer: 'words', id: one?.id }), 404, 'not_found');
  assertRefused(await owner.post(`${base}/replay`, { consumer: 'nobody' }), 404, 'not_found');
  assertRefused(await owner.post(`${base}/replay`, { consumer: 'counters' }), 409, 'conflict');
});

test('the command line lists, replays and discards', async () => {
  const data = path.join(folder, 'data');
  await site.close();
  const listed = await pinakesJson<Events>(data, 'events', 'parked', 'vectors');
  assert.equal(listed.code, 0);
  assert.deepEqual(
    listed.json.parked.map(({ consumer }) => consumer),
    ['vectors'],
  );
  const replayed = await pinakesJson(data, 'events', 'replay', 'vectors');
  assert.deepEqual([replayed.code, replayed.json], [1, { replayed: 0, failed: 1 }]);
  const [one] = listed.json.parked;
  const discarded = await pinakesJson(data, 'events', 'discard', 'vectors', one?.id ?? '');
  assert.deepEqual([discarded.code, discarded.json], [0, { discarded: 1 }]);
  assert.match((await pinakes(data, 'events', 'parked', 'vectors')).stdout, /nothing is parked/);
  assert.equal((await pinakes(data, 'events', 'replay')).code, 2);
  site = await startSiteIn(folder);
});
