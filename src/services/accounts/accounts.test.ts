import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Actor, type Person, stranger, system } from '#kernel/actor';
import * as errors from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import { silentLog } from '#kernel/log';
import { storeChanged } from '#services/store/contract';
import { openShardBed, type ShardBed } from '../../../test/support/shard-bed.ts';
import type { Accounts, Session } from './contract.ts';
import { createAccounts } from './index.ts';

const device = { userAgent: 'curl/8', address: '192.0.2.1' };
const elsewhere = { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Gecko Firefox/140.0', address: '192.0.2.2' };
const password = 'correct horse';
const hashing = { memoryKiB: 64, passes: 1 };
const minute = 60_000;

function personOf(session: Session): Person {
  return { kind: 'person', userId: session.me.id, role: session.me.role };
}

describe('accounts', () => {
  let bed: ShardBed;
  let accounts: Accounts;
  const again = () => createAccounts({ ...bed, log: silentLog, hashing });
  beforeEach(async () => {
    bed = await openShardBed();
    accounts = again();
  });
  afterEach(async () => {
    await bed[Symbol.asyncDispose]();
  });
  const signUp = (name: string) => accounts.signUp({ name, password }, device);

  describe('signing up', () => {
    it('makes the first account the owner, the others members', async () => {
      assert.equal((await signUp('ada')).me.role, 'owner');
      assert.equal((await signUp('bob')).me.role, 'member');
      assert.deepEqual((await accounts.owner())?.userId, await accounts.idByName('ada'));
      assert.equal((await accounts.authenticate((await signUp('cy')).token))?.actor.role, 'member');
    });

    it('makes exactly one owner when the first people come at once', async () => {
      const names = ['ada', 'bob', 'cy', 'dee', 'eve', 'flo'];
      const other = again();
      const sessions = await Promise.all(
        names.map((name, at) => (at % 2 ? other : accounts).signUp({ name, password }, device)),
      );
      const owners = sessions.filter(({ me }) => me.role === 'owner');
      assert.equal(owners.length, 1);
      assert.equal((await again().owner())?.userId, owners[0]?.me.id);
    });

    it('gives one name to one person when many ask at once, in any case of letters', async () => {
      const names = ['Ada', 'ada', 'ADA', 'aDa', 'adA', 'AdA'];
      const outcomes = await Promise.allSettled(names.map((name) => signUp(name)));
      const made = outcomes.filter(({ status }) => status === 'fulfilled');
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      assert.equal(made.length, 1);
      for (const { reason } of refused) assert.ok(reason instanceof errors.ConflictError);
      assert.ok(await accounts.idByName('ada'));
    });

    it('gives out a name whose claim was left by a sign-up that was cut short', async () => {
      const [lost] = await bed.store.allocate(system, 3, 'user', 1);
      assert.ok(lost);
      await bed.store.claim(system, 'user-name', 'ada', lost);
      await assert.rejects(accounts.idByName('ada'), errors.NotFoundError);
      const { me } = await signUp('ada');
      assert.equal(await accounts.idByName('ada'), me.id);
      await assert.rejects(signUp('ada'), errors.ConflictError);
    });

    it('leaves ownership to the next who signs in when the first sign-up was cut short before it', async () => {
      const [id] = await bed.store.allocate(system, 3, 'user', 1);
      assert.ok(id);
      const { passwordHash } = await storedUser(bed, (await signUp('model')).me.id);
      const fresh = await openShardBed();
      try {
        await fresh.store.claim(system, 'user-name', 'ada', id);
        const data = { name: 'ada', displayName: 'ada', about: '', role: 'member', passwordHash };
        await fresh.store.commit(system, { shard: 3, changes: [{ kind: 'put', id, data, expect: 0 }] });
        const restarted = createAccounts({ ...fresh, log: silentLog, hashing });
        const { me } = await restarted.signIn({ name: 'ada', password }, device);
        assert.equal(me.role, 'owner');
      } finally {
        await fresh[Symbol.asyncDispose]();
      }
    });

    it('refuses reserved and malformed names, and passwords that are too short', async () => {
      for (const name of ['admin', 'API', 'signin', 'healthz', 'pinakes']) {
        await assert.rejects(signUp(name), errors.ConflictError, name);
      }
      for (const name of ['', 'a', '../x', 'a b', '-a', 'ada\u0000', 'ädä', 'a'.repeat(31)]) {
        await assert.rejects(signUp(name), errors.InvalidInputError, name);
      }
      await assert.rejects(
        accounts.signUp({ name: 'ada', password: 'short' }, device),
        errors.InvalidInputError,
      );
    });

    it('stores no password, and tells nobody its hash', async () => {
      const { me } = await signUp('ada');
      const { passwordHash } = await storedUser(bed, me.id);
      assert.match(String(passwordHash), /^\$argon2id\$/);
      for (let shard = 0; shard < bed.shards.count; shard += 1) {
        const entries = await bed.shards.readOutbox(shard, 0, 100);
        assert.ok(!JSON.stringify(entries).includes(password));
        // What the log holds to restore shards from reaches no consumer.
        const delivered = entries.filter(({ event }) => event['type'] !== storeChanged);
        assert.ok(!JSON.stringify(delivered).includes('argon2id'));
      }
      assert.ok(
        !JSON.stringify([me, await accounts.profile(me.id), await accounts.cards([me.id])]).includes(
          'argon2',
        ),
      );
    });
  });

  describe('signing in', () => {
    it('takes the right password in any case of the name, and no other', async () => {
      await signUp('Ada');
      const session = await accounts.signIn({ name: 'ADA', password }, elsewhere);
      assert.equal(session.me.name, 'Ada');
      const wrong = accounts.signIn({ name: 'ada', password: 'wrong horse' }, elsewhere);
      const unknown = accounts.signIn({ name: 'nobody', password }, elsewhere);
      const odd = accounts.signIn({ name: '../../etc', password }, elsewhere);
      const [first, ...others] = await Promise.all(
        [wrong, unknown, odd].map((attempt) => attempt.catch(String)),
      );
      assert.match(String(first), /UnauthenticatedError/);
      for (const other of others) assert.equal(other, first);
    });

    it('is limited by name and address, until a success', async () => {
      await signUp('ada');
      const attempt = (word: string) => accounts.signIn({ name: 'ada', password: word }, elsewhere);
      for (let at = 0; at < 4; at += 1) await assert.rejects(attempt('wrong'), errors.UnauthenticatedError);
      await attempt(password);
      for (let at = 0; at < 5; at += 1) await assert.rejects(attempt('wrong'), errors.UnauthenticatedError);
      await assert.rejects(attempt(password), errors.RateLimitedError);
      await accounts.signIn({ name: 'ada', password }, device);
    });

    it('counts tries that are made at the same time', async () => {
      await signUp('ada');
      const attempts = Array.from({ length: 20 }, () =>
        accounts.signIn({ name: 'ada', password: 'wrong' }, elsewhere),
      );
      const outcomes = await Promise.all(attempts.map((attempt) => attempt.catch((error: unknown) => error)));
      assert.equal(outcomes.filter((error) => error instanceof errors.UnauthenticatedError).length, 5);
      assert.equal(outcomes.filter((error) => error instanceof errors.RateLimitedError).length, 15);
    });
  });

  describe('sessions', () => {
    it('belong to whoever holds the token, in another process too', async () => {
      const { token, sessionId, me } = await signUp('ada');
      for (const service of [accounts, accounts, again()]) {
        const found = await service.authenticate(token);
        assert.deepEqual(
          [found?.actor.userId, found?.actor.role, found?.sessionId],
          [me.id, 'owner', sessionId],
        );
      }
    });

    it('are not opened by forged tokens', async () => {
      const { token, sessionId, me } = await signUp('ada');
      const secret = token.split('.')[1] ?? '';
      const changed = secret.startsWith('A') ? `B${secret.slice(1)}` : `A${secret.slice(1)}`;
      const stored = (await bed.store.get(system, sessionId)).data['hash'];
      const nowhere = encodeId({ shard: 60_000, type: objectTypes.session, local: 1 });
      const forged = [`${sessionId}.${changed}`, `${sessionId}.`, sessionId, '', '.', `${me.id}.${secret}`];
      forged.push(`${sessionId}.${String(stored)}`, `0${token}`, `${token}A`, `${nowhere}.${secret}`);
      for (const bad of forged) assert.equal(await accounts.authenticate(bad), undefined, bad);
      assert.ok(await accounts.authenticate(token));
      for (const bad of forged) assert.equal(await accounts.authenticate(bad), undefined, bad);
    });

    it('end at once when revoked, also while they are being looked up', async () => {
      const first = await signUp('ada');
      const second = await accounts.signIn({ name: 'ada', password }, elsewhere);
      await accounts.authenticate(second.token);
      const looking = again();
      const pending = accounts.authenticate(second.token);
      await accounts.revoke(personOf(first), second.sessionId);
      await pending;
      assert.equal(await accounts.authenticate(second.token), undefined);
      assert.equal(await looking.authenticate(second.token), undefined);
      assert.ok(await accounts.authenticate(first.token));
    });

    it('that another process ended are noticed within seconds', async () => {
      const { token } = await signUp('ada');
      const other = again();
      assert.ok(await other.authenticate(token));
      await accounts.signOut(token);
      bed.clock.advance(5_000);
      assert.equal(await other.authenticate(token), undefined);
    });

    it('of somebody else can be neither seen nor revoked', async () => {
      const ada = await signUp('ada');
      const bob = await signUp('bob');
      const devices = await accounts.devices(personOf(bob), bob.sessionId);
      assert.deepEqual(
        devices.map(({ id }) => id),
        [bob.sessionId],
      );
      await assert.rejects(accounts.revoke(personOf(bob), ada.sessionId), errors.NotFoundError);
      await assert.rejects(accounts.revoke(personOf(bob), ada.me.id), errors.InvalidInputError);
      await assert.rejects(accounts.devices(stranger, bob.sessionId), errors.UnauthenticatedError);
      assert.ok(await accounts.authenticate(ada.token));
    });

    it('are listed with what they run on, the current one marked', async () => {
      const first = await signUp('ada');
      bed.clock.advance(minute);
      const second = await accounts.signIn({ name: 'ada', password }, elsewhere);
      const devices = await accounts.devices(personOf(first), first.sessionId);
      assert.deepEqual(
        devices.map(({ id, label, current }) => [id, label, current]),
        [
          [second.sessionId, 'Firefox on Linux', false],
          [first.sessionId, 'curl', true],
        ],
      );
    });

    it('live on while they are used, and end 90 days after the last use', async () => {
      const used = await signUp('ada');
      const unused = await accounts.signIn({ name: 'ada', password }, elsewhere);
      for (let day = 0; day < 120; day += 30) {
        assert.ok(await accounts.authenticate(used.token));
        await lastSeen(bed, used.sessionId, bed.clock.now());
        bed.clock.advance(30 * 24 * 60 * minute);
      }
      assert.ok(await accounts.authenticate(used.token));
      assert.equal(await accounts.authenticate(unused.token), undefined);
      const devices = await accounts.devices(personOf(used), used.sessionId);
      assert.deepEqual(
        devices.map(({ id }) => id),
        [used.sessionId],
      );
    });

    it('are not written again for every request', async () => {
      const { token, sessionId } = await signUp('ada');
      const { version } = await bed.store.get(system, sessionId);
      for (let at = 0; at < 4; at += 1) {
        bed.clock.advance(minute);
        await accounts.authenticate(token);
      }
      assert.equal((await bed.store.get(system, sessionId, { fresh: true })).version, version);
    });

    it('are known in microseconds', async () => {
      const { token } = await signUp('ada');
      await accounts.authenticate(token);
      const started = performance.now();
      for (let at = 0; at < 2_000; at += 1) await accounts.authenticate(token);
      const each = (performance.now() - started) / 2_000;
      assert.ok(each < 0.1, `${each} ms each`);
    });
  });

  describe('sign-in links', () => {
    it('work once, even when used at the same time', async () => {
      const { me } = await signUp('ada');
      const token = await accounts.createSignInToken(system, me.id);
      const attempts = [1, 2, 3, 4, 5].map((at) =>
        (at % 2 ? accounts : again()).signInWithToken(token, device),
      );
      const outcomes = await Promise.allSettled(attempts);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof errors.UnauthenticatedError);
      }
      await assert.rejects(accounts.signInWithToken(token, device), errors.UnauthenticatedError);
    });

    it('end after an hour, and only the system makes them', async () => {
      const { me } = await signUp('ada');
      const token = await accounts.createSignInToken(system, me.id);
      bed.clock.advance(60 * minute + 1);
      await assert.rejects(accounts.signInWithToken(token, device), errors.UnauthenticatedError);
      const asPerson: Actor = { kind: 'person', userId: me.id, role: 'owner' };
      await assert.rejects(accounts.createSignInToken(asPerson, me.id), errors.ForbiddenError);
    });

    it('and sessions cannot stand in for each other', async () => {
      const { me, token } = await signUp('ada');
      const link = await accounts.createSignInToken(system, me.id);
      assert.equal(await accounts.authenticate(link), undefined);
      await assert.rejects(accounts.signInWithToken(token, device), errors.UnauthenticatedError);
      await assert.rejects(accounts.signInWithToken('nonsense', device), errors.UnauthenticatedError);
    });
  });

  describe('one’s own account', () => {
    it('changes its profile, cleaned', async () => {
      const person = personOf(await signUp('ada'));
      const me = await accounts.updateProfile(person, {
        displayName: ' Ada\u202e L\n',
        about: 'one\r\ntwo\u0000',
      });
      assert.deepEqual([me.displayName, me.about], ['Ada L', 'one\ntwo']);
      await assert.rejects(
        accounts.updateProfile(person, { displayName: ' \u0000 ' }),
        errors.InvalidInputError,
      );
      await assert.rejects(
        accounts.updateProfile(person, { about: 'x'.repeat(501) }),
        errors.InvalidInputError,
      );
      await assert.rejects(accounts.updateProfile(stranger, { about: '' }), errors.UnauthenticatedError);
      assert.deepEqual((await accounts.cards([person.userId])).get(person.userId), {
        id: person.userId,
        name: 'ada',
        displayName: 'Ada L',
      });
    });

    it('changes its password with the current one, and signs all other devices out', async () => {
      const kept = await signUp('ada');
      const other = await accounts.signIn({ name: 'ada', password }, elsewhere);
      await accounts.authenticate(other.token);
      const change = (current: string) =>
        accounts.changePassword(personOf(kept), { current, next: 'battery staple' }, kept.sessionId);
      await assert.rejects(change('wrong'), errors.InvalidInputError);
      await change(password);
      assert.ok(await accounts.authenticate(kept.token));
      assert.equal(await accounts.authenticate(other.token), undefined);
      await assert.rejects(
        accounts.signIn({ name: 'ada', password }, elsewhere),
        errors.UnauthenticatedError,
      );
      assert.ok(await accounts.signIn({ name: 'ada', password: 'battery staple' }, elsewhere));
    });

    it('cannot be taken over by guessing its password from a session', async () => {
      const { sessionId, ...session } = await signUp('ada');
      const person = personOf({ ...session, sessionId });
      const guess = () =>
        accounts.changePassword(person, { current: 'wrong', next: 'battery staple' }, sessionId);
      for (let at = 0; at < 5; at += 1) await assert.rejects(guess(), errors.InvalidInputError);
      await assert.rejects(guess(), errors.RateLimitedError);
    });
  });

  describe('the owner for the system', () => {
    it('is made without a password when there is nobody, and found from then on', async () => {
      const { person, created } = await accounts.ensureOwner(system, 'owner');
      assert.deepEqual([created, person.role], [true, 'owner']);
      assert.equal((await accounts.me(person)).hasPassword, false);
      assert.deepEqual(await accounts.ensureOwner(system, 'another'), { person, created: false });
      await assert.rejects(
        accounts.signIn({ name: 'owner', password: '' }, device),
        errors.UnauthenticatedError,
      );
      const token = await accounts.createSignInToken(system, person.userId);
      const session = await accounts.signInWithToken(token, device);
      await accounts.changePassword(person, { next: password }, session.sessionId);
      assert.equal((await accounts.signIn({ name: 'owner', password }, device)).me.role, 'owner');
      await assert.rejects(accounts.ensureOwner(person, 'x1'), errors.ForbiddenError);
    });

    it('is one, however many ask at once', async () => {
      const made = await Promise.all([1, 2, 3, 4].map(() => again().ensureOwner(system, 'owner')));
      assert.equal(new Set(made.map(({ person }) => person.userId)).size, 1);
      assert.equal(made.filter(({ created }) => created).length, 1);
    });

    it('acts for people by name', async () => {
      await signUp('ada');
      const { me } = await signUp('bob');
      assert.deepEqual(await accounts.actorByName(system, 'BOB'), {
        kind: 'person',
        userId: me.id,
        role: 'member',
      });
      await assert.rejects(accounts.actorByName(system, 'nobody'), errors.NotFoundError);
      await assert.rejects(accounts.actorByName(stranger, 'bob'), errors.ForbiddenError);
    });
  });

  it('refuses ids of other types', async () => {
    const board = encodeId({ shard: 1, type: objectTypes.board, local: 1 });
    await assert.rejects(accounts.profile(board), errors.InvalidInputError);
    await assert.rejects(accounts.createSignInToken(system, board), errors.InvalidInputError);
    assert.equal((await accounts.cards([board])).size, 0);
    const nobody = encodeId({ shard: 1, type: objectTypes.user, local: 9 });
    await assert.rejects(accounts.profile(nobody), errors.NotFoundError);
  });
});

async function storedUser(bed: ShardBed, id: Id) {
  const { passwordHash = null } = (await bed.store.get(system, id)).data;
  return { passwordHash };
}

/** Waits until the write behind a request's answer has happened: the session was last seen at `time`. */
async function lastSeen(bed: ShardBed, id: Id, time: number): Promise<void> {
  while ((await bed.store.get(system, id, { fresh: true })).data['lastSeenAt'] !== time) {
    await new Promise(setImmediate);
  }
}
