/** Requests that a browser sends from another site change nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, password, type Visitor } from './support/visitor.ts';

let site: Site;
let member: Visitor;
before(async () => {
  site = await startSite();
  member = await site.member('target');
});
after(() => site.stop());

const foreign = [
  { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  { 'sec-fetch-site': 'same-site', origin: 'https://other.example' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
];

test('every unsafe method is refused from another site, and nothing happens', async () => {
  for (const headers of foreign) {
    assertRefused(await member.call('POST', '/api/boards', { name: 'planted' }, headers), 403, 'forbidden');
    assertRefused(await member.call('PATCH', '/api/me', { about: 'planted' }, headers), 403, 'forbidden');
    assertRefused(await member.call('PUT', '/api/users/target/follow', undefined, headers), 403, 'forbidden');
    assertRefused(await member.call('DELETE', '/api/sessions/current', undefined, headers), 403, 'forbidden');
  }
  const boards = await member.read<{ items: unknown[] }>('/api/me/boards');
  assert.deepEqual(boards.items, []);
  assert.equal((await member.get('/api/me')).status, 200);
});

test('nobody is signed in or up from another site', async () => {
  const headers = foreign[0] ?? {};
  assertRefused(
    await site.visitor().post('/api/sessions', { name: 'target', password }, headers),
    403,
    'forbidden',
  );
  assertRefused(
    await site.visitor().post('/api/accounts', { name: 'planted', password }, headers),
    403,
    'forbidden',
  );
});

test('a form of another site is refused as well', async () => {
  const headers = { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' };
  const answer = await member.call(
    'POST',
    '/api/boards',
    new TextEncoder().encode('{"name":"planted"}'),
    headers,
  );
  assertRefused(answer, 403, 'forbidden');
});

test('the same site, tools without these headers, and reading from anywhere pass', async () => {
  const own = { 'sec-fetch-site': 'same-origin', origin: site.url };
  assert.equal((await member.call('POST', '/api/boards', { name: 'mine' }, own)).status, 201);
  assert.equal(
    (await member.call('POST', '/api/boards', { name: 'by origin' }, { origin: site.url })).status,
    201,
  );
  assert.equal((await member.post('/api/boards', { name: 'by a tool' })).status, 201);
  assert.equal((await member.get('/api/me', { 'sec-fetch-site': 'cross-site' })).status, 200);
});
