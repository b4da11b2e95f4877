/** What operators and tools ask: health, metrics, the OpenAPI document. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Site, startSite } from './support/site.ts';

let site: Site;
before(async () => {
  site = await startSite();
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
