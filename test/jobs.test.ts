/** The owner's view of slow work, over HTTP and on the command line. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { commands } from '#apps/cli/commands/index';
import type { Job, QueuePolicy } from '#engines/queue/port';
import type { Json } from '#kernel/json';
import type { Page } from '#kernel/schema';
import type { QueueView } from '#services/jobs/contract';
import { pinakes, pinakesJson } from './support/programs.ts';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

const jobsPath = '/api/operations/jobs';
const queuesPath = '/api/operations/queues';
/** A name that nothing on the site does. */
const name = 'translate';

let site: Site;
let owner: Visitor;
let member: Visitor;
before(async () => {
  site = await startSite();
  owner = await site.member('ada');
  member = await site.member('mila');
});
after(() => site.stop());

const enqueue = (n: number): Promise<string> =>
  site.app.services.jobs.enqueue({ name, payload: { text: `poem ${n}`, n }, priority: n });

/** Enqueues a job and lets it fail for good. */
async function failed(n: number): Promise<string> {
  const id = await enqueue(n);
  const { queue } = site.app.engines;
  for (const job of await queue.dequeue([name], 100, 1000))
    await queue.fail(job.id, job.lease, 'no words', null);
  return id;
}

async function run(command: string, input: Record<string, Json> = {}) {
  const report = { progress: () => undefined, note: () => undefined };
  const found = commands[`jobs-${command}`];
  assert.ok(found);
  return found(input, { app: site.app, report, signal: new AbortController().signal });
}

const queueOf = async (): Promise<QueueView | undefined> =>
  (await owner.read<{ items: QueueView[] }>(queuesPath)).items.find((one) => one.name === name);

test('jobs are for the owner alone', async () => {
  const id = await enqueue(0);
  const asked: [method: string, path: string, body?: object][] = [
    ['GET', queuesPath],
    ['PATCH', `${queuesPath}/${name}`, { isPaused: true }],
    ['POST', `${queuesPath}/${name}/drain`, {}],
    ['GET', `${jobsPath}?state=pending`],
    ['GET', `${jobsPath}/${id}`],
    ['POST', `${jobsPath}/retry`, {}],
    ['POST', `${jobsPath}/delete`, { ids: [id] }],
  ];
  for (const [method, path, body] of asked) {
    assertRefused(await site.visitor().call(method, path, body), 401, 'unauthenticated');
    assertRefused(await member.call(method, path, body), 403, 'forbidden');
  }
  assert.equal((await owner.read<Job>(`${jobsPath}/${id}`)).state, 'pending');
  assert.equal((await queueOf())?.policy.isPaused, false);
  await site.app.services.jobs.remove([id]);
});

test('failed jobs are found by what they carry, retried and forgotten', async () => {
  const [one, two] = [await failed(1), await failed(2)];
  const found = async (query: string) =>
    (await owner.read<Page<Job>>(`${jobsPath}?state=failed&name=${name}${query}`)).items.map(({ id }) => id);
  assert.deepEqual(await found(''), [two, one]);
  assert.deepEqual(await found('&priority=1'), [one]);
  assert.deepEqual(await found(`&payload=${encodeURIComponent('poem*"n":2')}`), [two]);
  const job = await owner.read<Job>(`${jobsPath}/${two}`);
  assert.deepEqual([job.payload, job.error, job.attemptsLeft], [{ text: 'poem 2', n: 2 }, 'no words', 4]);
  assert.deepEqual((await owner.post(`${jobsPath}/retry`, { ids: [one] })).body, { retried: 1 });
  assert.equal((await owner.read<Job>(`${jobsPath}/${one}`)).state, 'pending');
  assert.deepEqual((await owner.post(`${jobsPath}/retry`, { name })).body, { retried: 1 });
  assert.deepEqual((await owner.post(`${jobsPath}/delete`, { ids: [one, two] })).body, { deleted: 2 });
  assertRefused(await owner.get(`${jobsPath}/${one}`), 404, 'not_found');
});

test('a list goes on page by page', async () => {
  const ids = [await enqueue(3), await enqueue(4), await enqueue(5)];
  const first = await owner.read<Page<Job>>(`${jobsPath}?state=pending&name=${name}&limit=2`);
  const rest = await owner.read<Page<Job>>(
    `${jobsPath}?state=pending&name=${name}&limit=2&cursor=${first.cursor}`,
  );
  assert.deepEqual(
    [...first.items, ...rest.items].map(({ id }) => id),
    ids.toReversed(),
  );
  assert.equal(rest.cursor, null);
  await site.app.services.jobs.remove(ids);
});

test('a name is paused, limited, drained and resumed', async () => {
  await failed(6);
  const patch = (body: object) => owner.call<QueuePolicy>('PATCH', `${queuesPath}/${name}`, body);
  const limits = { concurrency: 2, rate: { perSecond: 5, burst: 10 } };
  assert.deepEqual((await patch({ isPaused: true, ...limits })).body, { isPaused: true, ...limits });
  assert.deepEqual((await patch({ concurrency: null, rate: null })).body, {
    isPaused: true,
    concurrency: null,
    rate: null,
  });
  assert.equal((await patch({ isPaused: false })).body.isPaused, false);
  const drained = await owner.post(`${queuesPath}/${name}/drain`, { timeoutMs: 1000 });
  assert.deepEqual(drained.body, { drained: true, running: 0 });
  assert.equal((await queueOf())?.policy.isPaused, true);
  await patch({ isPaused: false });
});

test('what cannot be is refused, naming the field and its limit', async () => {
  const patch = (body: object, on = name) => owner.call('PATCH', `${queuesPath}/${on}`, body);
  for (const [body, field] of [
    [{ concurrency: 0 }, 'concurrency'],
    [{ rate: { perSecond: 0, burst: 1 } }, 'rate.perSecond'],
    [{ rate: { perSecond: 1, burst: 0.5 } }, 'rate.burst'],
  ] as const) {
    assertRefused(await patch(body), 400, 'invalid_input', field);
  }
  assertRefused(await patch({ isPaused: true }, 'tranlsate'), 404, 'not_found');
  assertRefused(await owner.get(`${jobsPath}?state=lost`), 400, 'invalid_input', 'state');
  assertRefused(await owner.get(`${jobsPath}?state=failed&cursor=x`), 400, 'invalid_input', 'cursor');
  assertRefused(await owner.post(`${jobsPath}/delete`, { ids: [] }), 400, 'invalid_input', 'ids');
});

test('the command line does the same', async () => {
  const id = await failed(7);
  const listed = await run('list', { name, payload: 'poem 7' });
  assert.match(listed.text, /poem 7.*\n {4}no words/);
  assert.deepEqual(
    (listed.json as unknown as { jobs: Job[] }).jobs.map((job) => job.id),
    [id],
  );
  assert.match((await run('show', { id })).text, /"text": "poem 7"/);
  assert.match((await run('pause', { name })).text, /paused/);
  assert.match(
    (await run('limit', { name, concurrency: 2, rate: 2.5 })).text,
    /2 at once, 2.5 a second \(burst 3\)/,
  );
  assert.match((await run('limit', { name, concurrency: null, rate: null })).text, /^translate: paused$/);
  assert.match((await run('stats')).text, /translate .* paused/);
  assert.deepEqual((await run('retry', { ids: [id] })).json, { retried: 1 });
  assert.deepEqual((await run('drain', { name, timeout: 1 })).json, { drained: true, running: 0 });
  assert.match((await run('resume', { name })).text, /runs/);
  assert.deepEqual(await run('delete', { ids: [id, '999999'] }), {
    json: { deleted: 1 },
    text: '1 forgotten',
    exitCode: 1,
  });
});

test('and prints one document, in whichever process the data is', async () => {
  const { code, json } = await pinakesJson<{ queues: QueueView[] }>(site.data, 'jobs', 'stats');
  assert.equal(code, 0);
  assert.ok(json.queues.some((queue) => queue.name === 'process-picture' && queue.slots !== null));
  const bad = await pinakes(site.data, 'jobs', 'retry');
  assert.deepEqual([bad.code, bad.stdout], [2, '']);
});
