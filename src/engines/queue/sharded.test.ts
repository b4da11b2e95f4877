import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Clock, ManualClock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import { placeOf, shardedQueue } from '../../../test/support/job-shards.ts';
import { describeQueue } from './contract.ts';
import { job } from './contract-bed.ts';
import { birthplaceOf, type JobShard } from './job-shard.ts';
import type { Queue } from './port.ts';
import { openShardedQueue } from './sharded.ts';
import { openSqliteQueue } from './sqlite.ts';

describe('openShardedQueue over files', () => {
  let folder: string;
  let sets = 0;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-sharded-'));
  });
  after(() => rm(folder, { recursive: true }));

  const opener = (clock: Clock, set: number) => (number: number) =>
    openSqliteQueue({
      path: path.join(folder, `${set}-${number}.sqlite`),
      clock,
      durability: 'process',
      number,
    });

  describeQueue('honours the queue contract', async (clock) => {
    sets += 1;
    return shardedQueue(3, clock, opener(clock, sets));
  });

  /** Three shards and the queue over them, which one closes and the other opens anew. */
  async function withShards(
    work: (bed: {
      queue: Queue;
      clock: ManualClock;
      places: ReturnType<typeof placeOf>[];
      open: (number: number) => JobShard;
      told: string[];
    }) => Promise<void>,
  ): Promise<void> {
    sets += 1;
    const clock = new ManualClock();
    const open = opener(clock, sets);
    const places = [0, 1, 2].map((number) => placeOf(number, open));
    const told: string[] = [];
    const onChange = (name: string, isUp: boolean) => told.push(`${name} ${isUp ? 'up' : 'down'}`);
    const queue = openShardedQueue({ places, clock, onChange });
    try {
      await work({ queue, clock, places, open, told });
    } finally {
      await queue.close();
    }
  }

  const many = (count: number, name = 'encode') => Array.from({ length: count }, () => job({ name }));
  const spread = async (queue: Queue, count: number) =>
    (await Promise.all(many(count).map((one) => queue.enqueue([one])))).flat();
  const numbersOf = (ids: readonly string[]) => [...new Set(ids.map(birthplaceOf))].sort();

  it('spreads jobs over all shards, and each is found where its id says', async () => {
    await withShards(async ({ queue, places }) => {
      const ids = await spread(queue, 12);
      assert.equal(new Set(ids).size, 12);
      assert.deepEqual(numbersOf(ids), [0, 1, 2]);
      for (const place of places) {
        const own = ids.filter((id) => birthplaceOf(id) === place.number);
        assert.equal((await place.shard().get(ids)).size, own.length);
      }
      assert.equal((await queue.get(ids)).size, 12);
    });
  });

  it('takes the best of all shards, however few are asked for', async () => {
    await withShards(async ({ queue, clock }) => {
      for (const priority of [1, 5, 3, 4, 2, 6]) {
        await queue.enqueue([job({ priority })]);
        clock.advance(1);
      }
      const taken = [];
      for (const limit of [1, 2, 3]) taken.push(...(await queue.dequeue(['encode'], limit, 1000)));
      assert.deepEqual(
        taken.map(({ priority }) => priority),
        [6, 5, 4, 3, 2, 1],
      );
    });
  });

  it('scans all shards in one order, page by page', async () => {
    await withShards(async ({ queue, clock }) => {
      const ids: string[] = [];
      for (let n = 0; n < 40; n += 1) {
        ids.push(...(await queue.enqueue([job({ payload: { n } })])));
        clock.advance(1);
      }
      const seen: string[] = [];
      let before: string | undefined;
      do {
        const page = await queue.scan({ state: 'pending', limit: 7, before });
        seen.push(...page.items.map(({ id }) => id));
        before = page.next ?? undefined;
      } while (before !== undefined);
      assert.deepEqual(seen, ids.toReversed());
    });
  });

  it('brings what waits of a name to one shard when the name is limited, under the same ids and keys', async () => {
    await withShards(async ({ queue, places }) => {
      const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      const keyed = await Promise.all(keys.map((key) => queue.enqueue([job({ deduplicationKey: key })])));
      const ids = [...keyed.flat(), ...(await spread(queue, 9))];
      assert.ok(numbersOf(ids).length > 1);
      await queue.setPolicy('encode', { concurrency: 4 });
      const held = await Promise.all(places.map((place) => place.shard().depth('encode')));
      assert.deepEqual(
        held.toSorted((a, b) => a - b),
        [0, 0, 17],
      );
      assert.deepEqual(
        await Promise.all(keys.map((key) => queue.enqueue([job({ deduplicationKey: key })]))),
        keyed,
      );
      assert.equal((await queue.get(ids)).size, 17);
      assert.equal((await queue.dequeue(['encode'], 20, 1000)).length, 4);
      await queue.setPolicy('encode', { concurrency: null });
      assert.equal((await queue.dequeue(['encode'], 20, 1000)).length, 13);
    });
  });

  it('counts against a new limit what other shards have handed out before', async () => {
    await withShards(async ({ queue, clock }) => {
      await spread(queue, 12);
      const before = await queue.dequeue(['encode'], 6, 1000);
      assert.ok(numbersOf(before.map(({ id }) => id)).length > 1);
      await queue.setPolicy('encode', { concurrency: 7 });
      const [first, ...others] = await queue.dequeue(['encode'], 20, 1000);
      assert.ok(first);
      assert.equal(others.length, 0);
      for (const { id, lease } of before) assert.equal(await queue.acknowledge(id, lease, {}), true);
      assert.equal(await queue.nextDue(['encode']), clock.now());
      assert.equal((await queue.dequeue(['encode'], 20, 1000)).length, 5);
    });
  });

  it('gives a job to nobody twice that was copied to its home and not yet forgotten where it was', async () => {
    await withShards(async ({ queue, places }) => {
      await spread(queue, 6);
      const [from, to] = places;
      assert.ok(from && to);
      const copied = await from.shard().waiting('encode', 1);
      await queue.setPolicy('encode', { concurrency: 100 });
      for (const place of places) await place.shard().adopt(copied);
      const taken = await queue.dequeue(['encode'], 100, 1000);
      assert.equal(new Set(taken.map(({ id }) => id)).size, 6);
      assert.equal(taken.length, 6);
      for (const { id, lease } of taken) await queue.acknowledge(id, lease, {});
      assert.deepEqual(await queue.dequeue(['encode'], 100, 1000), []);
      assert.deepEqual(await queue.counts(), [{ name: 'encode', state: 'done', count: 6 }]);
    });
  });

  it('stores and hands out what other shards have while one does not answer, and tells', async () => {
    await withShards(async ({ queue, places, told }) => {
      const ids = await spread(queue, 6);
      await places[1]?.shard().close();
      const more = await spread(queue, 9);
      assert.deepEqual(numbersOf(more), [0, 2]);
      const keyed = await Promise.all(
        Array.from({ length: 9 }, (_, n) => queue.enqueue([job({ deduplicationKey: `${n}` })])),
      );
      assert.deepEqual(numbersOf(keyed.flat()), [0, 2]);
      assert.equal((await queue.dequeue(['encode'], 100, 1000)).length, 4 + 9 + 9);
      assert.equal((await queue.scan({ state: 'running', limit: 100 })).items.length, 22);
      const lost = ids.filter((id) => birthplaceOf(id) === 1);
      await assert.rejects(queue.get(lost), UnavailableError);
      assert.equal((await queue.get(more)).size, 9);
      assert.deepEqual(told, ['shard-1 down']);
    });
  });

  it('lets jobs of a limited name wait while its home does not answer, until the limit is lifted', async () => {
    await withShards(async ({ queue, places }) => {
      await queue.setPolicy('encode', { concurrency: 2 });
      const [first] = await spread(queue, 3);
      const home = birthplaceOf(first ?? '');
      await places[home]?.shard().close();
      const more = await spread(queue, 4);
      assert.ok(!numbersOf(more).includes(home));
      const [other] = await queue.enqueue(many(1, 'other'));
      const taken = await queue.dequeue(['encode', 'other'], 10, 1000);
      assert.deepEqual(
        taken.map(({ id }) => id),
        [other],
      );
      assert.equal(await queue.nextDue(['encode']), undefined);
      await queue.setPolicy('encode', { concurrency: null });
      assert.equal((await queue.dequeue(['encode'], 10, 1000)).length, 4);
    });
  });

  it('hears of a shard that is back, and has what it held', async () => {
    await withShards(async ({ queue, places, open, told }) => {
      const ids = await spread(queue, 6);
      const [mortal] = places;
      assert.ok(mortal);
      await mortal.shard().close();
      assert.equal((await queue.dequeue(['encode'], 10, 1000)).length, 4);
      const isBack = new Promise<readonly string[] | undefined>((resolve) => {
        queue.onEnqueue(resolve);
      });
      mortal.replace(open(0));
      assert.equal(await isBack, undefined);
      assert.deepEqual(told, ['shard-0 down', 'shard-0 up']);
      assert.equal((await queue.dequeue(['encode'], 10, 1000)).length, 2);
      assert.equal((await queue.get(ids)).size, 6);
    });
  });

  it('refuses jobs only when no shard answers', async () => {
    await withShards(async ({ queue, places }) => {
      for (const place of places) await place.shard().close();
      await assert.rejects(queue.enqueue([job()]), UnavailableError);
      await assert.rejects(queue.enqueue([job({ deduplicationKey: 'k' })]), UnavailableError);
      await assert.rejects(queue.counts(), UnavailableError);
    });
  });

  it('tells a shard that was away of a policy before anything is taken from it', async () => {
    await withShards(async ({ queue, places, clock, open }) => {
      await spread(queue, 9);
      const [away, ...others] = places;
      assert.ok(away);
      const few = openShardedQueue({ places: others.map(({ number }) => placeOf(number, open)), clock });
      await few.setPolicy('encode', { isPaused: true });
      await few.close();
      assert.deepEqual(await away.shard().heldPolicies(), new Map());
      assert.deepEqual(await queue.dequeue(['encode'], 100, 1000), []);
      assert.equal((await away.shard().policies()).get('encode')?.isPaused, true);
      await queue.setPolicy('encode', { isPaused: false });
      assert.equal((await queue.dequeue(['encode'], 100, 1000)).length, 9);
    });
  });

  it('gives a shard no new jobs that takes none, works it off, and moves the home of names away from it', async () => {
    await withShards(async ({ queue, places }) => {
      await queue.setPolicy('encode', { concurrency: 5 });
      await spread(queue, 8);
      const first = await queue.dequeue(['encode'], 2, 1000);
      const [old] = numbersOf(first.map(({ id }) => id));
      const leaving = places[old ?? 0];
      assert.ok(leaving);
      leaving.isServing = false;
      assert.ok(!numbersOf(await spread(queue, 6)).includes(leaving.number));
      assert.equal((await queue.dequeue(['encode'], 20, 1000)).length, 3);
      assert.equal(await leaving.shard().depth('encode'), 0);
      assert.equal((await queue.stats())[0]?.running, 5);
    });
  });

  it('makes one queue of a file that was one alone, its limits included', async () => {
    sets += 1;
    const clock = new ManualClock();
    const open = opener(clock, sets);
    const alone = openSqliteQueue({
      path: path.join(folder, `${sets}-0.sqlite`),
      clock,
      durability: 'process',
    });
    const ids = await alone.enqueue(many(5));
    await alone.setPolicy('encode', { concurrency: 2 });
    await alone.close();
    const queue = shardedQueue(3, clock, open);
    assert.equal((await queue.get(ids)).size, 5);
    const more = await spread(queue, 4);
    assert.equal(new Set([...ids, ...more]).size, 9);
    assert.equal((await queue.dequeue(['encode'], 20, 1000)).length, 2);
    assert.equal((await queue.get([...ids, ...more])).size, 9);
    await queue.close();
  });
});
