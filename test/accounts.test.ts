/** Accounts, sessions and profiles over HTTP. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { system } from '#kernel/actor';
import type { Device, Me, PersonView } from '#services/accounts/contract';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, password } from './support/visitor.ts';

let site: Site;
before(async () => {
  site = await startSite();
});
after(() => site.stop());

test('the first account is the owner, the next one a member', async () => {
  const [first, second] = [await site.member('olga'), await site.member('mila')];
  assert.equal(first.me?.role, 'owner');
  assert.equal(second.me?.role, 'member');
});

test('sign-up answers who one is and sets a cookie that scripts cannot read', async () => {
  const visitor = site.visitor();
  const answer = await visitor.post<Me>('/api/accounts', { name: 'Ada', password, displayName: 'Ada L.' });
  assert.equal(answer.status, 201);
  assert.equal(answer.body.name, 'Ada');
  assert.equal(answer.body.displayName, 'Ada L.');
  const cookie = answer.headers.getSetCookie().join();
  assert.match(cookie, /^pinakes_session=[^;]+/);
  assert.match(cookie, /HttpOnly/i);
  assert.match(cookie, /SameSite=Lax/i);
  assert.equal((await visitor.read<Me>('/api/me')).name, 'Ada');
  assert.doesNotMatch(JSON.stringify(answer.body), /passwordHash|\$argon/);
});

test('sign-up refuses taken, reserved and impossible names and short passwords, naming the field', async () => {
  const visitor = site.visitor();
  await site.member('taken');
  const attempt = (name: string, secret = password) =>
    visitor.post('/api/accounts', { name, password: secret });
  assertRefused(await attempt('TAKEN'), 409, 'conflict', 'name');
  assertRefused(await attempt('admin'), 409, 'conflict', 'name');
  assertRefused(await attempt('no spaces'), 400, 'invalid_input', 'name');
  assertRefused(await attempt('short', 'seven77'), 400, 'invalid_input', 'password');
  assertRefused(await visitor.post('/api/accounts', { name: 'nobody' }), 400, 'invalid_input', 'password');
  assertRefused(await visitor.get('/api/me'), 401, 'unauthenticated');
});

test('two sign-ups of one name at once make one account', async () => {
  const tries = await Promise.all(
    Array.from({ length: 4 }, () => site.visitor().post('/api/accounts', { name: 'race', password })),
  );
  const statuses = tries.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [201, 409, 409, 409]);
});

test('signing out ends the session at once, and signing in again works', async () => {
  const visitor = await site.member('leaver');
  const stolen = visitor.cookie;
  assert.equal((await visitor.delete('/api/sessions/current')).status, 204);
  assert.equal(visitor.cookie, undefined);
  assertRefused(await visitor.get('/api/me', { cookie: stolen ?? '' }), 401, 'unauthenticated');
  const again = await visitor.post<Me>('/api/sessions', { name: 'leaver', password });
  assert.equal(again.status, 200);
  assert.equal((await visitor.read<Me>('/api/me')).name, 'leaver');
});

test('a wrong name and a wrong password are told apart by nobody', async () => {
  await site.member('known');
  const wrong = await site.visitor().post('/api/sessions', { name: 'known', password: 'not the password' });
  const unknown = await site
    .visitor()
    .post('/api/sessions', { name: 'unknown', password: 'not the password' });
  assertRefused(wrong, 401, 'unauthenticated');
  assert.deepEqual(unknown.body, wrong.body);
});

test('devices are listed, and one of them can be signed out', async () => {
  const here = await site.member('devices');
  const there = site.visitor();
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  await there.post('/api/sessions', { name: 'devices', password }, { 'user-agent': firefox });
  const { items } = await here.read<{ items: Device[] }>('/api/sessions');
  assert.equal(items.length, 2);
  const other = items.find(({ current }) => !current);
  assert.equal(other?.label, 'Firefox on Linux');
  await here.expect(204, 'DELETE', `/api/sessions/${other?.id}`);
  assertRefused(await there.get('/api/me'), 401, 'unauthenticated');
  assert.equal((await here.read<{ items: Device[] }>('/api/sessions')).items.length, 1);
});

test("nobody sees or ends another's sessions", async () => {
  const [one, other] = [await site.member('mine'), await site.member('theirs')];
  const { items } = await one.read<{ items: Device[] }>('/api/sessions');
  await other.delete(`/api/sessions/${items[0]?.id}`);
  assert.equal((await one.get('/api/me')).status, 200);
  assertRefused(await site.visitor().get('/api/sessions'), 401, 'unauthenticated');
});

test('the profile changes for everybody to see', async () => {
  const visitor = await site.member('profile');
  const me = await visitor.expect<Me>(200, 'PATCH', '/api/me', {
    displayName: 'Pro File',
    about: 'Pictures of <b>bridges</b>',
  });
  assert.equal(me.displayName, 'Pro File');
  const page = await site.visitor().read<PersonView>('/api/users/PROFILE');
  assert.equal(page.displayName, 'Pro File');
  assert.equal(page.about, 'Pictures of <b>bridges</b>');
  assert.deepEqual(page.counts, { boards: 0, pins: 0, followers: 0, following: 0 });
  assert.equal(page.mine, false);
  assert.equal((await visitor.read<PersonView>('/api/users/profile')).mine, true);
  assertRefused(await visitor.patch('/api/me', { displayName: '' }), 400, 'invalid_input', 'displayName');
  assertRefused(await site.visitor().patch('/api/me', { about: 'x' }), 401, 'unauthenticated');
  assertRefused(await site.visitor().get('/api/users/nobody-here'), 404, 'not_found');
});

test('a new password needs the old one, works, and signs other devices out', async () => {
  const here = await site.member('changer');
  const there = site.visitor();
  await there.expect(200, 'POST', '/api/sessions', { name: 'changer', password });
  const next = 'another password';
  assertRefused(
    await here.put('/api/me/password', { current: 'wrong one', next }),
    400,
    'invalid_input',
    'current',
  );
  assertRefused(
    await here.put('/api/me/password', { current: password, next: 'short' }),
    400,
    'invalid_input',
    'next',
  );
  assert.equal((await here.put('/api/me/password', { current: password, next })).status, 204);
  assertRefused(await there.get('/api/me'), 401, 'unauthenticated');
  assert.equal((await here.get('/api/me')).status, 200);
  await there.expect(200, 'POST', '/api/sessions', { name: 'changer', password: next });
  assertRefused(
    await site.visitor().post('/api/sessions', { name: 'changer', password }),
    401,
    'unauthenticated',
  );
});

test('a one-time link signs in once', async () => {
  const visitor = await site.member('linked');
  const { accounts } = site.app.services;
  const person = await accounts.actorByName(system, 'linked');
  const token = await accounts.createSignInToken(system, person.userId);
  const fresh = site.visitor();
  assert.equal((await fresh.post<Me>('/api/sessions/token', { token })).status, 200);
  assert.equal((await fresh.read<Me>('/api/me')).id, visitor.me?.id);
  assertRefused(await site.visitor().post('/api/sessions/token', { token }), 401, 'unauthenticated');
  assertRefused(await site.visitor().post('/api/sessions/token', { token: 'x' }), 401, 'unauthenticated');
});
