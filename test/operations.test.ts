/** What operators and tools ask: health, metrics, the OpenAPI document. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Live, Planned } from '#services/capacity/contract';
import { photo } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

let site: Site;
let owner: Visitor;
let member: Visitor;
before(async () => {
  site = await startSite();
  owner = await site.member('ada');
  member = await site.member('mila');
});
after(() => site.stop());

test('health says ok', async () => {
  assert.deepEqual(await site.visitor().read('/healthz'), { status: 'ok', failing: [] });
});

test('metrics count requests by route', async () => {
  await site.visitor().read('/api/feed/home');
  const text = await site.visitor().read<string>('/metrics');
  assert.match(text, /pinakes_http_request_seconds_count\{route="GET \/api\/feed\/home",status="2xx"\} 1/);
});

test('docs/openapi.json is what the server serves (mend with node scripts/write-openapi.ts)', async () => {
  const file = path.resolve(import.meta.dirname, '../docs/openapi.json');
  assert.deepEqual(await site.visitor().read('/openapi.json'), JSON.parse(await readFile(file, 'utf8')));
});

test('the document describes every route of the API with its answer and its refusals', async () => {
  interface Operation {
    readonly summary?: string;
    readonly responses?: Record<string, unknown>;
  }
  const document = await site
    .visitor()
    .read<{ paths: Record<string, Record<string, Operation>> }>('/openapi.json');
  const paths = Object.keys(document.paths);
  for (const expected of [
    '/api/pins/{id}',
    '/api/boards/{id}/pins',
    '/api/search/picture',
    '/api/feed/home',
  ]) {
    assert.ok(paths.includes(expected), expected);
  }
  for (const [name, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      assert.ok(operation.summary, `${method} ${name} has a summary`);
      const statuses = Object.keys(operation.responses ?? {});
      assert.ok(
        statuses.some((status) => status.startsWith('2')),
        `${method} ${name} says what it answers`,
      );
      assert.ok(
        statuses.some((status) => /^4/.test(status)),
        `${method} ${name} says how it refuses`,
      );
    }
  }
});

test('every answer carries the headers that close whole classes of attacks', async () => {
  const { headers } = await site.visitor().get('/healthz');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.ok(headers.get('referrer-policy'));
});

const ownersPages = ['', '/shards', '/plan', '/migrations', '/jobs', '/query'].map(
  (page) => `/operations${page}`,
);
const ownersOnly = [
  '/api/operations/shards',
  '/api/operations/plan',
  '/api/operations/query',
  '/api/operations/queues',
  '/api/operations/live',
  '/api/operations/alerts',
  '/api/operations/webhooks',
  '/api/operations/webhooks/deliveries',
];

test('what the owner looks at is refused to members and strangers', async () => {
  for (const path of ownersOnly) {
    assertRefused(await site.visitor().get(path), 401, 'unauthenticated');
    assertRefused(await member.get(path), 403, 'forbidden');
    assert.equal((await owner.get(path)).status, 200, path);
  }
  assertRefused(await member.get('/api/operations/plan?people=-1'), 403, 'forbidden');
});

test("the owner's pages are not there for members, and send strangers to sign in", async () => {
  const html = { accept: 'text/html' };
  for (const path of ownersPages) {
    const stranger = await site.visitor().get(path, html);
    assert.equal(stranger.status, 303, path);
    assert.match(stranger.headers.get('location') ?? '', /^\/signin\?next=/);
    const refused = await member.get<string>(path, html);
    assert.equal(refused.status, 404, path);
    assert.doesNotMatch(refused.body, /server-1|"shards":/);
    assert.equal((await owner.get(path, html)).status, 200, path);
  }
});

test('a shard holds what people put there', async () => {
  const board = await owner.board('Harbours');
  await owner.pin(board.id, await photo('boats'));
  const { app } = site;
  const fresh = await app.engines.shards.stats(Number(BigInt(board.id) >> 46n));
  assert.deepEqual([fresh.types.board.rows, fresh.types.pin.rows], [1, 1]);
  const live = await owner.read<Live>('/api/operations/shards');
  assert.equal(live.count, app.engines.shards.count);
  assert.deepEqual(live.ranges, [{ from: 0, through: live.count - 1, server: 'main' }]);
  assert.equal(live.shards.length, live.count);
});

test('a plan takes figures from the query and says which are whose', async () => {
  const { input, sources, plan } = await owner.read<Planned>(
    '/api/operations/plan?people=5000000&growth=8&months=6&shards=256',
  );
  assert.deepEqual([input.people, input.growth, input.shards], [5_000_000, 8, 256]);
  assert.deepEqual([sources.people, sources.fill], ['given', 'shipped']);
  assert.equal(plan.months.length, 7);
  assert.ok(plan.months.every(({ servers, needed }) => servers >= needed));
});

test('a plan of what cannot be is refused, naming the field and its limit', async () => {
  const refused = async (query: string, field: string, limit: RegExp) => {
    const { error } = assertRefused(
      await owner.get(`/api/operations/plan?${query}`),
      400,
      'invalid_input',
      field,
    );
    assert.match(error.message, limit);
  };
  await refused('people=0', 'people', />= 1/);
  await refused('growth=-1', 'growth', />= 0/);
  await refused('months=1000', 'months', /<= 120/);
  await refused('shards=1e9', 'shards', /<= 65536/);
  await refused('people=many', 'people', /integer/);
  await refused('growth=100&months=120&people=1000000', 'growth', /ids name no more/);
  await refused('pins=1&pinsPerPerson=1', 'pins', /left out/);
});
