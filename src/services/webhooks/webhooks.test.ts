import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Queue } from '#engines/queue/port';
import { openSqliteQueue } from '#engines/queue/sqlite';
import { openFileRegistry } from '#engines/registry/file';
import type { Registry } from '#engines/registry/port';
import { type Person, stranger } from '#kernel/actor';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  TooLargeError,
  UnauthenticatedError,
} from '#kernel/errors';
import { silentLog } from '#kernel/log';
import type { Consumer } from '#services/events/contract';
import type { Jobs } from '#services/jobs/contract';
import { createJobs } from '#services/jobs/index';
import { Poster } from '#services/media/index';
import { type HookReceiver, startHookReceiver } from '../../../test/support/hook-receiver.ts';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import { type WebhookKind, type Webhooks, webhookKinds } from './contract.ts';
import { createWebhooks } from './index.ts';

const hourMs = 3_600_000;

describe('webhooks', () => {
  let bed: LibraryBed;
  let receiver: HookReceiver;
  let registry: Registry;
  let queue: Queue;
  let jobs: Jobs;
  let webhooks: Webhooks;
  let consumer: Consumer;
  let owner: Person;
  let member: Person;

  /** The service anew on what was kept, as after a restart. */
  async function restart(): Promise<void> {
    await jobs?.stop();
    jobs = createJobs({ queue, clock: bed.clock, log: silentLog });
    const poster = new Poster({ allowLoopback: true, timeoutMs: 2000 });
    ({ webhooks, consumer } = createWebhooks({
      registry,
      jobs,
      boards: bed.boards,
      clock: bed.clock,
      poster,
    }));
    for (const handler of webhooks.handlers()) jobs.handle(handler);
    await jobs.start();
  }

  beforeEach(async () => {
    bed = await openLibraryBed();
    receiver = await startHookReceiver();
    registry = await openFileRegistry({ folder: path.join(bed.folder, 'run') });
    const file = path.join(bed.folder, 'hooks.sqlite');
    queue = openSqliteQueue({ path: file, durability: 'process', clock: bed.clock });
    owner = await bed.person('ada');
    member = await bed.person('mila');
    await restart();
  });
  afterEach(async () => {
    await jobs.stop();
    await queue.close();
    await registry.close();
    await receiver[Symbol.asyncDispose]();
    await bed[Symbol.asyncDispose]();
  });

  const hook = (kinds: readonly WebhookKind[] = webhookKinds, url = receiver.url) =>
    webhooks.create(owner, { url, kinds: [...kinds] });
  /** Gives all changes so far to the consumer and does what follows. */
  const deliver = async () => {
    await consumer.apply(await bed.changes());
    await jobs.drain();
  };
  const kindsReceived = () => receiver.received.map(({ body }) => body.kind).toSorted();
  const oneDelivery = async () => {
    const [first] = await webhooks.deliveries(owner, { limit: 10 });
    assert.ok(first);
    return first;
  };
  /** Goes on with what waits for its next try. */
  const again = async (ms: number) => {
    bed.clock.advance(ms);
    await jobs.hasten('webhook');
    await jobs.drain();
  };

  it('tells what happens, signed so that a receiver can prove it', async () => {
    const { secret } = await hook(['board.created', 'pin.created', 'pin.saved', 'follow.created']);
    const board = await bed.boards.create(member, { name: 'Chairs' });
    const pin = await bed.pins.create(member, {
      boardId: board.id,
      mediaId: await bed.media.add(member.userId),
      title: 'One',
    });
    const own = await bed.boards.create(owner, { name: 'Mine' });
    await bed.pins.save(owner, pin.id, own.id);
    await bed.follows.follow(owner, board.id);
    await deliver();
    assert.deepEqual(kindsReceived(), [
      'board.created',
      'board.created',
      'follow.created',
      'pin.created',
      'pin.saved',
    ]);
    const { headers, raw, body } =
      receiver.received.find((one) => one.body.kind === 'pin.created') ?? assert.fail();
    assert.equal(body.data['title'], 'One');
    assert.equal(body.data['id'], pin.id);
    assert.equal(body.id, headers['webhook-id']);
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${raw}`;
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const expected = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
    assert.equal(headers['webhook-signature'], expected);
    assert.equal(Number(headers['webhook-timestamp']), Math.floor(bed.clock.now() / 1000));
  });

  it('tells nothing of before it was registered, and nothing that it does not ask for', async () => {
    await bed.boards.create(owner, { name: 'Before' });
    bed.clock.advance(1000);
    await hook(['pin.created']);
    await bed.boards.create(owner, { name: 'After' });
    await deliver();
    assert.deepEqual(receiver.received, []);
  });

  it('is told of an event once while it waits, however often that comes', async () => {
    receiver.status = 500;
    await hook(['board.created']);
    await bed.boards.create(owner, { name: 'A' });
    for (let time = 0; time < 3; time += 1) await consumer.apply(await bed.changes());
    assert.equal((await webhooks.deliveries(owner, { limit: 10 })).length, 1);
  });

  it('never tells of what its owner may not see', async () => {
    await hook();
    const secret = await bed.boards.create(member, { name: 'Hush', secret: true });
    const media = await bed.media.add(member.userId);
    const pin = await bed.pins.create(member, { boardId: secret.id, mediaId: media, title: 'Hush' });
    await bed.pins.update(member, pin.id, { title: 'Hush hush' });
    await bed.pins.remove(member, pin.id);
    await deliver();
    await bed.boards.update(member, secret.id, { secret: false, name: 'Open' });
    await deliver();
    await bed.boards.remove(member, secret.id);
    await deliver();
    const told = receiver.received.map(({ raw }) => raw).join('\n');
    assert.doesNotMatch(told, /hush/i);
    assert.match(told, /Open/);
  });

  it('tells of a secret board that its owner was let into', async () => {
    await hook(['board.created', 'board.updated']);
    const secret = await bed.boards.create(member, { name: 'Ours', secret: true });
    await bed.boards.setRole(member, secret.id, owner.userId, 'viewer');
    await deliver();
    assert.deepEqual(kindsReceived(), ['board.created', 'board.updated']);
  });

  it('withholds what became secret while it waited', async () => {
    receiver.status = 500;
    await hook(['board.created']);
    const board = await bed.boards.create(member, { name: 'Soon secret' });
    await deliver();
    await bed.boards.update(member, board.id, { secret: true });
    receiver.received.length = 0;
    await again(hourMs);
    const { state, status, error } = await oneDelivery();
    assert.deepEqual([state, status, receiver.received.length], ['done', null, 0]);
    assert.match(error ?? '', /became secret/);
  });

  it('tries again under the same id, and remembers how it went over a restart', async () => {
    receiver.status = 503;
    const { id } = await hook(['board.created']);
    await bed.boards.create(owner, { name: 'A' });
    await deliver();
    const failing = await oneDelivery();
    assert.deepEqual([failing.state, failing.error], ['pending', 'the other side answered 503']);
    assert.ok((failing.nextTryAt ?? 0) > bed.clock.now());
    await restart();
    assert.notEqual((await webhooks.list(owner))[0]?.failingSince, null);
    receiver.status = 200;
    await again(hourMs);
    const { state, status, tries } = await oneDelivery();
    assert.deepEqual([state, status, tries], ['done', 200, 2]);
    assert.equal(new Set(receiver.received.map(({ body }) => body.id)).size, 1);
    const [now] = await webhooks.list(owner);
    assert.deepEqual([now?.id, now?.failingSince], [id, null]);
  });

  it('spares one that fails again and again, and holds up no other', async () => {
    receiver.status = 500;
    const { id } = await hook(['board.created']);
    for (let n = 0; n < 3; n += 1) await webhooks.test(owner, id);
    await jobs.drain();
    assert.equal(receiver.received.length, 3);
    await webhooks.test(owner, id);
    await jobs.drain();
    assert.equal(receiver.received.length, 3);
    await again(hourMs);
    assert.ok(receiver.received.length > 3);
  });

  it('disables one that has failed for three days, until its owner enables it', async () => {
    receiver.status = 500;
    const { id } = await hook(['board.created']);
    await webhooks.test(owner, id);
    await jobs.drain();
    await again(73 * hourMs);
    const [disabled] = await webhooks.list(owner);
    assert.deepEqual(
      [disabled?.enabled, disabled?.reason],
      [false, 'every delivery has failed for three days'],
    );
    await assert.rejects(webhooks.test(owner, id), ConflictError);
    await again(hourMs);
    assert.equal((await oneDelivery()).error, 'the webhook is disabled');
    receiver.status = 204;
    await webhooks.update(owner, id, { enabled: true });
    const delivery = await webhooks.redeliver(owner, (await oneDelivery()).id);
    assert.equal((await jobs.wait(delivery, 5000)).state, 'done');
  });

  it('is disabled at once by an answer that says so, and follows no redirect', async () => {
    const { id } = await hook(['board.created']);
    receiver.status = 302;
    await webhooks.test(owner, id);
    await jobs.drain();
    assert.equal((await oneDelivery()).error, 'the other side answered 302');
    receiver.status = 410;
    await again(hourMs);
    assert.equal((await webhooks.list(owner))[0]?.enabled, false);
  });

  it('never reaches an inner address', async () => {
    const strict = new Poster({});
    ({ webhooks } = createWebhooks({ registry, jobs, boards: bed.boards, clock: bed.clock, poster: strict }));
    for (const url of [
      'http://127.0.0.1:1/',
      'http://10.0.0.1/',
      'http://[::1]/',
      'http://169.254.169.254/x',
    ])
      await assert.rejects(hook(['board.created'], url), /public address/);
    await assert.rejects(hook(['board.created'], 'http://a:b@example.org/'), InvalidInputError);
    await assert.rejects(hook(['board.created'], 'ftp://example.org/'), InvalidInputError);
    // A name is looked up when it is connected to, and there the rule holds again.
    const rebound = new Poster({
      resolve: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    const { port } = new URL(receiver.url);
    await assert.rejects(rebound.post(`http://hooks.example:${port}/`, {}, '{}'), /public address/);
    assert.deepEqual(receiver.received, []);
  });

  it('announces what other services have to say, once for a key that waits', async () => {
    await hook(['alert.raised']);
    await hook(['board.created']);
    assert.equal(await webhooks.announce('alert.raised', { rule: 'disk' }, 'alert-1'), 1);
    assert.equal(await webhooks.announce('alert.resolved', { rule: 'disk' }, 'alert-2'), 0);
    await jobs.drain();
    const [message] = receiver.received;
    assert.deepEqual([message?.body.id, message?.body.data], ['alert-1', { rule: 'disk' }]);
    await assert.rejects(webhooks.announce('alert.raised', {}, 'a\nb'), InvalidInputError);
    await assert.rejects(webhooks.announce('alert.raised', { x: 'x'.repeat(100_000) }, 'k'), TooLargeError);
  });

  it('is its owner’s alone', async () => {
    const { id } = await hook();
    for (const actor of [member, stranger]) {
      const refusal = actor === member ? ForbiddenError : UnauthenticatedError;
      await assert.rejects(webhooks.list(actor), refusal);
      await assert.rejects(webhooks.create(actor, { url: receiver.url, kinds: ['pin.created'] }), refusal);
      await assert.rejects(webhooks.update(actor, id, { enabled: false }), refusal);
      await assert.rejects(webhooks.remove(actor, id), refusal);
      await assert.rejects(webhooks.deliveries(actor, { limit: 1 }), refusal);
      await assert.rejects(webhooks.redeliver(actor, id), refusal);
      await assert.rejects(webhooks.test(actor, id), refusal);
    }
    assert.equal('secret' in ((await webhooks.list(owner))[0] ?? {}), false);
  });

  it('keeps what waits from one that was removed', async () => {
    receiver.status = 500;
    const { id } = await hook();
    await webhooks.test(owner, id);
    await jobs.drain();
    await webhooks.remove(owner, id);
    await again(hourMs);
    assert.deepEqual([(await oneDelivery()).state, receiver.received.length], ['failed', 1]);
    await assert.rejects(webhooks.remove(owner, id), NotFoundError);
    await assert.rejects(webhooks.redeliver(owner, 'none'), NotFoundError);
  });
});
