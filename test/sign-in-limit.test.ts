/** How often a sign-in may be tried. A site of its own: addresses are counted, and every test comes from the same one. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, password } from './support/visitor.ts';

let site: Site;
before(async () => {
  site = await startSite();
});
after(() => site.stop());

test('after five wrong passwords in a minute even the right one has to wait, and the answer says how long', async () => {
  await site.member('guessed');
  const attempt = (secret: string) =>
    site.visitor().post('/api/sessions', { name: 'guessed', password: secret });
  for (let guess = 0; guess < 5; guess += 1) {
    assertRefused(await attempt(`guess number ${guess}`), 401, 'unauthenticated');
  }
  const refused = await attempt(password);
  assertRefused(refused, 429, 'rate_limited');
  const wait = Number(refused.headers.get('retry-after'));
  assert.ok(wait >= 1 && wait <= 60, `${wait} seconds`);
  assert.equal(refused.headers.getSetCookie().length, 0);
});

test('others from the same address still get in', async () => {
  await site.member('bystander');
  await site.visitor().expect(200, 'POST', '/api/sessions', { name: 'bystander', password });
});

test('guesses among many names from one address are stopped too', async () => {
  const statuses = new Set<number>();
  for (let guess = 0; guess < 40; guess += 1) {
    statuses.add((await site.visitor().post('/api/sessions', { name: `name-${guess}`, password })).status);
  }
  assert.deepEqual([...statuses].sort(), [401, 429]);
});
