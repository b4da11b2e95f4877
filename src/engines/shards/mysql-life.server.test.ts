import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import mysql from 'mysql2/promise';
import pino from 'pino';
import { UnavailableError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { type MariadbServer, startMariadb } from '../../../test/support/mariadb.ts';
import { emit, idOf, link, put } from './contract-bed.ts';
import { type MysqlShardsOptions, openMysqlShards } from './mysql.ts';
import type { MovableShards } from './transfer.ts';

let server: MariadbServer;
let prefix = '';
let round = 0;
const opened: MovableShards[] = [];

before(async () => {
  server = await startMariadb();
});
after(() => server.stop());
beforeEach(() => {
  round += 1;
  prefix = `life${round}`;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((shards) => shards.close()));
});

async function open(options: Partial<MysqlShardsOptions> = {}): Promise<MovableShards> {
  const shards = await openMysqlShards({ primary: server.url, count: 4096, prefix, ...options });
  opened.push(shards);
  return shards;
}

async function schemas(): Promise<unknown[]> {
  const rows = await server.query(
    `select schema_name as name from information_schema.schemata where schema_name like '${prefix}\\_%'`,
  );
  return rows.map((row) => row['name']);
}

async function connections(): Promise<number> {
  const [row] = await server.query(
    `select count(*) as n from information_schema.processlist where command <> 'Binlog Dump'`,
  );
  return Number(row?.['n']) - 1;
}

/** Resolves when the server counts so many connections. */
async function counts(expected: number): Promise<void> {
  while ((await connections()) !== expected);
}

describe('MySQL shards on a server', () => {
  it('make a schema at the first write to a shard, and none by reading', async () => {
    const shards = await open();
    const pins = Array.from({ length: 300 }, (_, i) => idOf(i * 13, 'pin', 1));
    assert.equal((await shards.getMany(pins)).size, 0);
    await shards.trimOutbox(7, 5);
    await shards.trimJournal(7, 5);
    assert.deepEqual(await shards.shardsWithOutbox(), []);
    assert.deepEqual(await schemas(), []);
    await shards.commit(123, [put(idOf(123, 'pin', 1), {})]);
    assert.deepEqual(await schemas(), [`${prefix}_00123`]);
    assert.equal((await shards.getMany([...pins, idOf(123, 'pin', 1)])).size, 1);
  });

  it('see at once what another process wrote to shards that it found missing', async () => {
    const [a, b] = [await open(), await open()];
    const pin = idOf(9, 'pin', 1);
    assert.equal((await a.getMany([pin])).size, 0);
    await b.commit(9, [put(pin, {}), link(idOf(9, 'user', 1), pin, 1)]);
    assert.equal((await a.getMany([pin])).size, 1);
    await b.erase(9);
    assert.equal((await a.getMany([pin])).size, 0);
    assert.deepEqual(await a.commit(9, [put(pin, {}, 0)]), new Map([[pin, 1]]));
  });

  it('contact nobody before they are used, and say that nobody answers', async () => {
    const vacant = createServer().listen(0, '127.0.0.1');
    await once(vacant, 'listening');
    const address = vacant.address();
    vacant.close();
    await once(vacant, 'close');
    const port = typeof address === 'object' ? address?.port : 0;
    const shards = await open({ primary: `mysql://root@127.0.0.1:${port}` });
    const pin = idOf(1, 'pin', 1);
    await assert.rejects(shards.getMany([pin]), UnavailableError);
    await assert.rejects(shards.commit(1, [put(pin, {})]), UnavailableError);
    await assert.rejects(shards.verify(), UnavailableError);
  });

  it('leave no connection behind', async () => {
    const shards = await open({ readers: 3, writers: 2 });
    const writes = Array.from({ length: 40 }, (_, i) =>
      shards.commit(i % 7, [put(idOf(i % 7, 'pin', i + 1), {})]),
    );
    await Promise.all(writes);
    await Promise.all(Array.from({ length: 20 }, (_, i) => shards.scan(i % 7, 'pin', 0, 5)));
    await shards.snapshot(1)[Symbol.asyncIterator]().next();
    // With the one that watches the server.
    await counts(7);
    await shards.close();
    await counts(0);
  });

  it('warn of settings by which acknowledged commits may be lost', async () => {
    const lines: string[] = [];
    const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line).msg) });
    await server.query('set global innodb_flush_log_at_trx_commit = 2');
    try {
      const shards = await open({ log });
      await shards.commit(1, [put(idOf(1, 'pin', 1), {})]);
      await shards.commit(1, [put(idOf(1, 'pin', 1), {})]);
    } finally {
      await server.query('set global innodb_flush_log_at_trx_commit = 1');
    }
    assert.deepEqual(
      lines.map((line) => /innodb\w+/.exec(line)?.[0]),
      ['innodb_flush_log_at_trx_commit'],
    );
  });
});

describe('MySQL shards that meet what is wrong', () => {
  it('fail the one write of many whose statement the server refuses', async () => {
    const shards = await open();
    await shards.commit(1, [put(idOf(1, 'pin', 1), {})]);
    await server.query(`create trigger ${prefix}_00001.refuse before insert on ${prefix}_00001.pin for each row
      if new.local_id = 13 then signal sqlstate '45000' set message_text = 'unlucky'; end if`);
    const pins = Array.from({ length: 30 }, (_, i) => idOf(1, 'pin', i + 2));
    const settled = await Promise.allSettled(pins.map((id) => shards.commit(1, [put(id, {}), emit({ id })])));
    const failed = pins.filter((_, i) => settled[i]?.status === 'rejected');
    assert.deepEqual(failed, [idOf(1, 'pin', 13)]);
    const [refused] = settled.filter((one) => one.status === 'rejected');
    assert.ok(
      refused?.reason instanceof UnavailableError && /shard 00001.*unlucky/.test(refused.reason.message),
    );
    assert.equal((await shards.getMany(pins)).size, 29);
    assert.equal((await shards.readOutbox(1, 0, 100)).length, 29);
  });

  it('refuse names and values that would not fit, naming the limit', async () => {
    const shards = await open();
    const ada = idOf(1, 'user', 1);
    assert.equal(await shards.claim('name', 'ü'.repeat(1024), ada), ada);
    await assert.rejects(shards.claim('name', 'ü'.repeat(1025), ada), /2048 bytes/);
    await assert.rejects(shards.claim('s'.repeat(65), '', ada), /64 bytes/);
    const text = 'x'.repeat(4 * 1024 * 1024);
    await assert.rejects(shards.commit(1, [put(ada, { text })]), /data must be at most 4 MiB/);
    await assert.rejects(shards.commit(1, [emit({ text })]), /event must be at most 4 MiB/);
    await shards.commit(1, [put(ada, { text: text.slice(100) }), emit({ text: text.slice(100) })]);
    assert.equal((await shards.getMany([ada])).size, 1);
  });

  it('report rows that make no sense', async () => {
    const shards = await open();
    const [pin = idOf(1, 'pin', 1)] = await shards.allocate(1, 'pin', 1);
    await shards.commit(1, [put(pin, {}), emit({}), emit({})]);
    await shards.commit(2, [put(idOf(2, 'pin', 1), {})]);
    assert.deepEqual(await shards.verify(), []);
    await server.query(`update ${prefix}_00002.pin set data = '{"a":'`);
    await server.query(`update ${prefix}_00001.sequences set next = 1 where type in ('pin', 'outbox')`);
    assert.deepEqual(await shards.verify(), [
      'shard 00001: the next pin would get an id that is taken',
      'shard 00001: an outbox sequence would be given out twice',
      'shard 00002: some of type pin hold no valid JSON',
    ]);
  });
});

describe('MySQL shards whose server fails', () => {
  it('answer again after it was killed and started, with everything that was acknowledged', async () => {
    const shards = await open();
    const pins = Array.from({ length: 400 }, (_, i) => idOf(i % 4, 'pin', i + 1));
    const done: Id[] = [];
    const writes = pins.map(async (id, i) => {
      await shards.commit(i % 4, [put(id, {}), emit({ id })]);
      done.push(id);
      if (done.length === 50) await server.kill();
    });
    const settled = await Promise.allSettled(writes);
    for (const result of settled) {
      if (result.status === 'rejected')
        assert.ok(result.reason instanceof UnavailableError, String(result.reason));
    }
    assert.ok(done.length >= 50 && done.length < 400);
    await assert.rejects(shards.getMany(pins), UnavailableError);
    await server.start();
    const there = await shards.getMany(pins);
    assert.deepEqual(
      done.filter((id) => !there.has(id)),
      [],
    );
    const events = await Promise.all([0, 1, 2, 3].map((shard) => shards.readOutbox(shard, 0, 1000)));
    assert.deepEqual(new Set(events.flat().map(({ event }) => event['id'])), new Set(there.keys()));
    await shards.commit(1, [put(idOf(1, 'pin', 5000), {})]);
    assert.deepEqual(await shards.verify(), []);
  });

  it('carry a write out on another connection when theirs broke before it', async () => {
    const shards = await open({ writers: 1, readers: 1 });
    const pin = idOf(1, 'pin', 1);
    await shards.commit(1, [put(pin, {})]);
    await shards.getMany([pin]);
    const rows = await server.query(
      `select id from information_schema.processlist where id <> connection_id() and command = 'Sleep'`,
    );
    for (const row of rows) await server.query(`kill ${row['id']}`);
    assert.deepEqual(await shards.commit(1, [put(pin, {}, 1)]), new Map([[pin, 2]]));
    assert.equal((await shards.getMany([pin])).get(pin)?.version, 2);
  });

  it('give up on a server that stands still, close all the same, and go on when it does', async () => {
    const shards = await open({ statementMs: 300 });
    const pin = idOf(1, 'pin', 1);
    await shards.commit(1, [put(pin, {})]);
    server.pause();
    try {
      await Promise.all([
        assert.rejects(shards.getMany([pin]), UnavailableError),
        assert.rejects(shards.commit(1, [put(pin, {})]), UnavailableError),
      ]);
      const other = await open({ statementMs: 300 });
      await assert.rejects(other.getMany([pin]), UnavailableError);
      await other.close();
    } finally {
      server.resume();
    }
    assert.ok((await shards.getMany([pin])).has(pin));
  });

  it('end a statement that takes too long on the server, not only here', async () => {
    const shards = await open({ statementMs: 500 });
    const pin = idOf(1, 'pin', 1);
    await shards.commit(1, [put(pin, {})]);
    const held = await mysql.createConnection(server.url);
    try {
      await held.query('begin');
      await held.query(`select * from ${prefix}_00001.pin for update`);
      await assert.rejects(shards.commit(1, [put(pin, {}, 1)]), UnavailableError);
      const [row] = await server.query(
        `select count(*) as n from information_schema.processlist where info like 'update%'`,
      );
      assert.equal(Number(row?.['n']), 0);
    } finally {
      held.destroy();
    }
    assert.deepEqual(await shards.commit(1, [put(pin, {}, 1)]), new Map([[pin, 2]]));
  });
});
