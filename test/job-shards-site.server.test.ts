/** A whole site whose shards and jobs are on two MariaDB servers, of which one dies. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { topologyOf } from '#apps/config/shards';
import { birthplaceOf } from '#engines/queue/job-shard';
import { type Id, shardOf } from '#kernel/ids';
import type { JobView } from '#services/jobs/contract';
import type { PinView } from '#services/pins/contract';
import { type MariadbServer, startMariadb } from './support/mariadb.ts';
import { softPicture } from './support/pictures.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import type { Visitor } from './support/visitor.ts';

interface Provisional {
  readonly provisional: true;
  readonly job: string;
  readonly pin: PinView;
}

const shardCount = 8;

const servers: MariadbServer[] = [];
let site: Site;
before(async () => {
  servers.push(await startMariadb(), await startMariadb());
  const [one, two] = servers.map(({ url }) => ({ kind: 'mysql' as const, primary: url, replicas: [] }));
  assert.ok(one && two);
  const half = shardCount / 2;
  const shards = topologyOf({
    count: shardCount,
    backends: { one, two },
    ranges: [
      { from: 0, through: half - 1, backend: 'one' },
      { from: half, through: shardCount - 1, backend: 'two' },
    ],
  });
  site = await startSiteIn(await freshFolder(), { shards, queue: { kind: 'shards' }, saveDeadlineMs: 2000 });
});
after(async () => {
  await site.stop();
  for (const server of servers) await server.stop();
});

/** Somebody whose board is on one of the servers. */
async function personOn(server: number): Promise<{ visitor: Visitor; board: Id }> {
  for (let n = 0; ; n += 1) {
    const visitor = await site.member(`on-${server}-${n}`);
    const { id } = await visitor.board('Bridges');
    if (Math.floor(shardOf(id) / (shardCount / 2)) === server) return { visitor, board: id };
  }
}

/** Resolves when every save is on its shard. */
async function arrive(): Promise<void> {
  const { jobs, store } = site.app.services;
  do {
    await jobs.hasten('save-pin');
    await jobs.drain();
  } while (store.pending.size > 0);
}

test('saves to a server that is down wait as jobs on the other one, and arrive', async () => {
  const [alive, mortal] = [await personOn(0), await personOn(1)];
  const { id: mediaId } = await alive.visitor.upload(await softPicture(1));
  const { body: source } = await alive.visitor.post<PinView>('/api/pins', { boardId: alive.board, mediaId });
  await site.drain();
  await servers[1]?.kill();
  const saves: Provisional[] = [];
  while (saves.length < 6) {
    const path = `/api/pins/${source.id}/save`;
    const { status, body } = await mortal.visitor.post<Provisional>(path, { boardId: mortal.board });
    if (status === 202) saves.push(body);
    else assert.equal(status, 503);
  }
  for (const { job, pin } of saves) {
    assert.equal(birthplaceOf(job), 0);
    const { state } = await mortal.visitor.read<JobView>(`/api/jobs/${job}`);
    assert.ok(state === 'pending' || state === 'running', state);
    assert.equal((await mortal.visitor.get(`/api/pins/${pin.id}`)).status, 200);
  }
  const { body: metrics } = await site.visitor().get('/metrics');
  assert.match(String(metrics), /pinakes_job_shard_up\{shard="one"\} 1/);
  assert.match(String(metrics), /pinakes_job_shard_up\{shard="two"\} 0/);

  const { id: other } = await alive.visitor.upload(await softPicture(2));
  const { status } = await alive.visitor.post('/api/pins', { boardId: alive.board, mediaId: other });
  assert.equal(status, 201);

  await servers[1]?.start();
  await arrive();
  for (const { pin } of saves) assert.equal((await site.visitor().get(`/api/pins/${pin.id}`)).status, 200);
});
