import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import pino from 'pino';
import { UnavailableError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { Metrics } from '#kernel/metrics';
import { type MariadbServer, startMariadb } from '../../../test/support/mariadb.ts';
import { emit, idOf, put } from './contract-bed.ts';
import { type MysqlShardsOptions, openMysqlShards } from './mysql.ts';
import { WriteRefusedError } from './port.ts';
import type { MovableShards } from './transfer.ts';

const shard = 1;
let primary: MariadbServer;
let replica: MariadbServer;
let round = 0;
let metrics: Metrics;
let log: Record<string, unknown>[];
const opened: MovableShards[] = [];

before(async () => {
  primary = await startMariadb({
    options: [
      '--rpl-semi-sync-master-enabled=1',
      '--rpl-semi-sync-master-wait-point=AFTER_SYNC',
      '--rpl-semi-sync-master-timeout=60000',
      '--rpl-semi-sync-master-wait-no-slave=0',
    ],
  });
  replica = await startMariadb({ replicaOf: primary, options: ['--rpl-semi-sync-slave-enabled=1'] });
});
after(async () => {
  await replica.stop();
  await primary.stop();
});
beforeEach(() => {
  round += 1;
  metrics = new Metrics();
  log = [];
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((shards) => shards.close()));
});

async function open(options: Partial<MysqlShardsOptions> = {}): Promise<MovableShards> {
  const shards = await openMysqlShards({
    primary: primary.url,
    replicas: [replica.url],
    count: 8,
    prefix: `failover${round}`,
    metrics,
    log: pino({ base: null }, { write: (line: string) => log.push(JSON.parse(line)) }),
    ...options,
  });
  opened.push(shards);
  return shards;
}

/** Resolves when it is so. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await turn();
}

/** How many round trips for reading a kind of server has answered. */
async function readsFrom(from: string): Promise<number> {
  const all = await metrics.registry.getSingleMetric('pinakes_shard_reads_total')?.get();
  return all?.values.find(({ labels }) => labels['from'] === from)?.value ?? 0;
}

/** Makes the replica apply everything so many seconds later. */
async function delay(seconds: number): Promise<void> {
  await replica.query('stop slave');
  await replica.query(`change master to master_delay = ${seconds}`);
  await replica.query('start slave');
}

/** Waits until commits wait for the replica to have them. */
async function semiSynchronous(): Promise<void> {
  const status = `show global status like 'Rpl_semi_sync_master_status'`;
  await until(async () => (await primary.query(status))[0]?.['Value'] === 'ON');
}

const stateOf = async (shards: MovableShards, at: number) => (await shards.servers?.())?.[at]?.state;

/** Reads until a replica answers. */
async function replicaAnswers(shards: MovableShards, id: Id): Promise<void> {
  const before = await readsFrom('replica');
  await until(async () => {
    await shards.getMany([id]);
    return (await readsFrom('replica')) > before;
  });
}

/** Writes an object so many times and reads it at once each time. */
async function writeAndRead(shards: MovableShards, id: Id, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const version = (await shards.commit(shard, [put(id, { n })])).get(id);
    const found = (await shards.getMany([id])).get(id);
    assert.equal(found?.version, version);
    assert.equal(found?.data['n'], n);
  }
}

describe('reading from replicas', () => {
  it('begins once they have the last write, and never shows an older one', async () => {
    const shards = await open();
    const id = idOf(shard, 'pin', 1);
    for (let n = 0; n < 20; n += 1) {
      await writeAndRead(shards, id, 5);
      await replicaAnswers(shards, id);
    }
    assert.deepEqual(
      (await shards.servers?.())?.map(({ role, state }) => [role, state]),
      [
        ['primary', 'up'],
        ['replica', 'up'],
      ],
    );
  });

  it('leaves a replica alone that is an hour behind, for the shards that were written since', async () => {
    const shards = await open();
    const [id, other] = [idOf(shard, 'pin', 1), idOf(2, 'pin', 1)];
    await shards.commit(2, [put(other, {})]);
    await writeAndRead(shards, id, 1);
    await replicaAnswers(shards, id);
    await delay(3600);
    try {
      const before = await readsFrom('replica');
      await writeAndRead(shards, id, 50);
      assert.equal(await readsFrom('replica'), before);
      await replicaAnswers(shards, other);
      await writeAndRead(shards, id, 50);
    } finally {
      await delay(0);
    }
    await replicaAnswers(shards, id);
  });

  it('leaves out one that lags over the limit', async () => {
    const shards = await open({ lagLimitSeconds: 0 });
    const id = idOf(shard, 'pin', 1);
    await writeAndRead(shards, id, 1);
    await replicaAnswers(shards, id);
    await delay(3600);
    try {
      await writeAndRead(shards, id, 1);
      await until(async () => (await stateOf(shards, 1)) === 'behind');
      await writeAndRead(shards, id, 10);
    } finally {
      await delay(0);
    }
    await until(async () => (await stateOf(shards, 1)) === 'up');
  });

  it('leaves out one that applies nothing, and says so once', async () => {
    const shards = await open();
    const id = idOf(shard, 'pin', 1);
    await writeAndRead(shards, id, 1);
    await replica.query('stop slave sql_thread');
    try {
      await until(async () => (await stateOf(shards, 1)) === 'broken');
      await writeAndRead(shards, id, 20);
    } finally {
      await replica.query('start slave sql_thread');
    }
    await replicaAnswers(shards, id);
    const said = log.filter(({ role }) => role === 'replica').map(({ state }) => state);
    assert.deepEqual(said, ['broken', 'up']);
  });

  it('fails no read when one is killed, and none when one stands still', async () => {
    const shards = await open();
    const id = idOf(shard, 'pin', 1);
    await writeAndRead(shards, id, 1);
    await replicaAnswers(shards, id);
    let isOver = false;
    const readers = Array.from({ length: 4 }, async () => {
      while (!isOver) assert.equal((await shards.getMany([id])).size, 1);
    });
    await replica.kill();
    await until(async () => (await stateOf(shards, 1)) === 'gone');
    await replica.start();
    await replica.query('start slave');
    await replicaAnswers(shards, id);
    replica.pause();
    await until(async () => (await stateOf(shards, 1)) === 'gone');
    replica.resume();
    await replicaAnswers(shards, id);
    isOver = true;
    await Promise.all(readers);
  });
});

/** Four people who write objects of their own and look at once whether they are there. */
class People {
  readonly pins = Array.from({ length: 200 }, (_, i) => idOf(i % 8, 'pin', i + 1));
  readonly versions = new Map<Id, number>();
  readonly failures: unknown[] = [];
  /** Those who saw an object older than they had written it, without being told that it may be. */
  readonly wronged: Id[] = [];
  readonly #shards: MovableShards;
  readonly #all: Promise<void>[];
  #isOver = false;

  constructor(shards: MovableShards) {
    this.#shards = shards;
    this.#all = [0, 1, 2, 3].map((person) => this.#work(person));
  }

  get areRefused(): boolean {
    return this.failures.some((error) => error instanceof WriteRefusedError);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#all);
  }

  async #work(person: number): Promise<void> {
    for (let n = person; !this.#isOver; n += 4) {
      const id = this.pins[n % this.pins.length] as Id;
      await this.#write(id, n);
      const { version = 0, isStale = false } = (await this.#shards.getMany([id])).get(id) ?? {};
      if (!isStale && version < (this.versions.get(id) ?? 0)) this.wronged.push(id);
      await turn();
    }
  }

  async #write(id: Id, n: number): Promise<void> {
    try {
      const written = await this.#shards.commit(n % 8, [put(id, { n }), emit({ n })]);
      this.versions.set(id, written.get(id) ?? 0);
    } catch (error) {
      this.failures.push(error);
    }
  }
}

/** Ways for a primary to be away and to come back. */
const absences = [
  { what: 'killed', take: () => primary.kill(), give: () => primary.start() },
  { what: 'frozen', take: async () => primary.pause(), give: async () => primary.resume() },
];

describe('shards whose primary is gone', () => {
  for (const { what, take, give } of absences) {
    it(`are read-only in under 5 s when it is ${what}, answer reads, and take writes when it is back`, async (t) => {
      const shards = await open();
      await semiSynchronous();
      const people = new People(shards);
      t.after(() => people.stop());
      const { pins, versions, failures } = people;
      await until(() => versions.size === pins.length);
      const start = performance.now();
      let isAway = true;
      t.after(() => isAway && give());
      await take();
      await until(() => people.areRefused);
      assert.ok(performance.now() - start < 5000);
      const refusing = performance.now();
      for (let n = 0; n < 100; n += 1)
        await assert.rejects(shards.commit(1, [emit({})]), /read-only for now/);
      assert.ok(performance.now() - refusing < 1000);
      await until(async () => {
        const held = await shards.getMany(pins);
        return pins.every((id) => (held.get(id)?.version ?? 0) >= (versions.get(id) ?? 0));
      });
      assert.equal((await shards.claimed('names', ['nobody'])).size, 0);
      await assert.rejects(shards.readOutbox(1, 0, 10), UnavailableError);
      await give();
      isAway = false;
      await until(async () => (await stateOf(shards, 0)) === 'up');
      await people.stop();
      assert.deepEqual(people.wronged, []);
      await shards.commit(1, [put(idOf(1, 'pin', 1000), {})]);
      for (const error of failures) assert.ok(error instanceof UnavailableError, String(error));
      const there = await shards.getMany(pins);
      for (const [id, version] of versions) assert.ok((there.get(id)?.version ?? 0) >= version);
      const said = log.filter(({ role }) => role === 'primary').map(({ state }) => state);
      assert.deepEqual(said, ['gone', 'up']);
      await delay(0);
    });
  }

  it('are read from a replica once it has applied what it received', async (t) => {
    const shards = await open();
    const id = idOf(shard, 'pin', 1);
    await writeAndRead(shards, id, 1);
    await replicaAnswers(shards, id);
    await delay(2);
    t.after(() => delay(0));
    await semiSynchronous();
    await writeAndRead(shards, id, 1);
    await primary.kill();
    t.after(() => primary.start());
    const found = (await shards.getMany([id])).get(id);
    assert.deepEqual([found?.version, found?.isStale], [2, undefined]);
  });

  it('say of objects that they may be old where no replica has what was acknowledged', async (t) => {
    const shards = await open();
    t.after(() => delay(0));
    const [id, other] = [idOf(shard, 'pin', 1), idOf(2, 'pin', 1)];
    await shards.commit(2, [put(other, {})]);
    await writeAndRead(shards, id, 1);
    await replicaAnswers(shards, id);
    await replicaAnswers(shards, other);
    // As if it had received nothing any more.
    await replica.query('stop slave sql_thread');
    await writeAndRead(shards, id, 1);
    await primary.kill();
    const found = await shards.getMany([id, other]);
    assert.equal(found.get(id)?.version, 1);
    assert.equal(found.get(id)?.isStale, true);
    assert.equal((await shards.getMany([other])).get(other)?.isStale, undefined);
    assert.ok((await readsFrom('stale')) > 0);
    await primary.start();
    await until(async () => (await stateOf(shards, 0)) === 'up');
    await writeAndRead(shards, id, 1);
    assert.equal((await shards.getMany([id])).get(id)?.version, 3);
  });
});
