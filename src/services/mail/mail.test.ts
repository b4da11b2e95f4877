import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { openSqliteQueue } from '#engines/queue/sqlite';
import { ManualClock } from '#kernel/clock';
import { ConflictError, InvalidInputError, UnavailableError } from '#kernel/errors';
import { silentLog } from '#kernel/log';
import type { Jobs } from '#services/jobs/contract';
import { createJobs } from '#services/jobs/index';
import { type MailBed, startMailServer } from '../../../test/support/mail-server.ts';
import type { Mail, Message } from './contract.ts';
import { createMail } from './index.ts';
import { requireAddress, requireMessage } from './message.ts';
import { transportOptions } from './server.ts';

const message: Message = { to: 'ana@example.org', subject: 'Grüße', text: 'Hello.\n.\nA line with a dot.' };

/** What a server refuses with. */
const refusal = (responseCode: number, words: string) => Object.assign(new Error(words), { responseCode });

describe('mail', () => {
  const clock = new ManualClock();
  const stack: (() => PromiseLike<unknown>)[] = [];
  let jobs: Jobs;

  beforeEach(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-mail-'));
    const queue = openSqliteQueue({ path: path.join(folder, 'queue.db'), clock, durability: 'process' });
    jobs = createJobs({ queue, clock, log: silentLog });
    stack.push(
      () => jobs.stop(),
      () => queue.close(),
      () => rm(folder, { recursive: true }),
    );
  });
  afterEach(async () => {
    for (const close of stack.splice(0)) await close();
  });

  /** Mail through a server, with its jobs running. */
  async function through(port: number, url = `smtp://127.0.0.1:${port}`): Promise<Mail> {
    const mail = createMail({ jobs, server: { url, from: 'Pinakes <pins@example.org>' } });
    for (const handler of mail.handlers()) jobs.handle(handler);
    await jobs.start();
    return mail;
  }
  const send = async (mail: Mail, some: Partial<Message> = {}) => {
    const outcome = await mail.send({ ...message, ...some });
    assert.equal(outcome.kind, 'enqueued');
    return outcome.kind === 'enqueued' ? outcome.job : '';
  };
  /** The server is closed before its jobs end. */
  const serving = async (options?: Parameters<typeof startMailServer>[0]): Promise<MailBed> => {
    const server = await startMailServer(options);
    stack.push(() => server[Symbol.asyncDispose]());
    return server;
  };

  it('arrives as it was written, at whom it was written to', async () => {
    const server = await serving();
    const mail = await through(server.port);
    const job = await jobs.wait(await send(mail), 5000);
    assert.equal(job.state, 'done', job.error ?? '');
    const [taken] = server.taken;
    assert.deepEqual([taken?.from, taken?.to], ['pins@example.org', ['ana@example.org']]);
    assert.match(taken?.raw ?? '', /^From: Pinakes <pins@example\.org>\r$/m);
    assert.match(taken?.raw ?? '', /^Subject: =\?UTF-8\?/m);
    assert.match(taken?.raw ?? '', /\r\n\r\nHello\.\r\n\.\r\nA line with a dot\./);
  });

  it('signs in where the server asks for it', async () => {
    const server = await serving({
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        username === 'us@er' && password === 'p:w' ? done(null, { user: 1 }) : done(refusal(535, 'no')),
    });
    const mail = await through(0, `smtp://us%40er:p%3Aw@127.0.0.1:${server.port}`);
    assert.match((await mail.test('bob@example.org')).answer, /250|OK/);
    assert.equal(server.taken.length, 1);
    const wrong = createMail({
      jobs,
      server: { url: `smtp://x:y@127.0.0.1:${server.port}`, from: 'a@b.example' },
    });
    await assert.rejects(wrong.test('bob@example.org'), UnavailableError);
  });

  it('never sends a password in the clear to another machine', () => {
    const tls = (url: string) => transportOptions(new URL(url)).requireTLS;
    assert.equal(tls('smtp://x:y@mail.example'), true);
    assert.equal(tls('smtp://mail.example'), false);
    assert.equal(tls('smtp://x:y@127.0.0.1'), false);
    assert.equal(transportOptions(new URL('smtps://x:y@mail.example')).secure, true);
  });

  it('is one message while messages of the same key wait', async () => {
    const server = await serving();
    const mail = createMail({
      jobs,
      server: { url: `smtp://127.0.0.1:${server.port}`, from: 'a@b.example' },
    });
    const ids = [
      await send(mail, { key: 'k' }),
      await send(mail, { key: 'k' }),
      await send(mail, { key: 'l' }),
    ];
    assert.equal(new Set(ids).size, 2);
  });

  it('tries again while the server is busy or away, and gives up when it refuses', async () => {
    let busy = 1;
    const server = await serving({
      onRcptTo({ address }, _session, done) {
        if (address.startsWith('nobody')) return done(refusal(550, 'no such person'));
        return busy-- > 0 ? done(refusal(451, 'come back later')) : done();
      },
    });
    const mail = await through(server.port);
    const id = await send(mail);
    await jobs.drain();
    const waiting = await jobs.get(id);
    assert.equal(waiting?.state, 'pending');
    assert.match(waiting?.error ?? '', /did not take the message: 451 come back later/);
    await jobs.hasten('mail');
    assert.equal((await jobs.wait(id, 5000)).state, 'done');
    const refused = await jobs.wait(await send(mail, { to: 'nobody@example.org' }), 5000);
    assert.equal(refused.state, 'failed');
    assert.match(refused.error ?? '', /refused the message: 550 no such person/);
    await server[Symbol.asyncDispose]();
    const away = await send(mail);
    await jobs.drain();
    assert.equal((await jobs.get(away))?.state, 'pending');
  });

  it('says that it is not set up, keeps nothing, and lets what waited go', async () => {
    const mail = createMail({ jobs, server: null });
    for (const handler of mail.handlers()) jobs.handle(handler);
    assert.deepEqual(await mail.send(message), { kind: 'not set up' });
    assert.deepEqual(await jobs.counts(), []);
    await assert.rejects(mail.test('ana@example.org'), ConflictError);
    await jobs.start();
    const left = await jobs.wait(await jobs.enqueue({ name: 'mail', payload: { ...message } }), 5000);
    assert.equal(left.state, 'failed');
  });

  it('refuses what would add headers or recipients', async () => {
    const mail = createMail({ jobs, server: null });
    const refused: Partial<Message>[] = [
      { subject: 'a\r\nBcc: all@example.org' },
      { subject: 'a\nb' },
      { subject: 'a\u2028b' },
      { subject: '' },
      { to: 'ana@example.org\r\nBcc: b@example.org' },
      { to: 'ana@example.org, b@example.org' },
      { to: 'Ana <ana@example.org>' },
      { to: 'ana' },
      { to: '@example.org' },
      { to: 'a b@example.org' },
      { to: `${'a'.repeat(250)}@example.org` },
      { text: '' },
    ];
    for (const some of refused)
      await assert.rejects(mail.send({ ...message, ...some }), InvalidInputError, JSON.stringify(some));
    assert.doesNotThrow(() => requireMessage({ ...message, to: 'änä+x@müller.example' }));
  });

  it('takes no address that has room for another', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\r', '\n', ',', ';', '<', '>', ' ', '\0', '"'),
        (rest, bad) => {
          assert.throws(() => requireAddress('to', `ana${bad}${rest}@example.org`), InvalidInputError);
        },
      ),
    );
  });
});
