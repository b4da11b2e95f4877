/** What adapters must do that let several processes write to one shard. Run by each such adapter's test with its own places. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ManualClock } from '#kernel/clock';
import { ConflictError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { emit, idOf, link, put } from './contract-bed.ts';
import type { TransferPlace } from './contract-transfer-bed.ts';
import { ShardSealedError } from './sealed.ts';
import type { MovableShards } from './transfer.ts';

/** Runs the suite; `makePlace` is asked for an empty place before each test, which is opened several times at once. */
export function describeSharing(name: string, makePlace: () => Promise<TransferPlace>): void {
  describe(name, () => {
    let place: TransferPlace;
    const opened: MovableShards[] = [];
    beforeEach(async () => {
      place = await makePlace();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((shards) => shards.close()));
      await place.remove();
    });
    const open = async () => {
      const shards = await place.open(new ManualClock());
      opened.push(shards);
      return shards;
    };
    sharingCases(async () => [await open(), await open(), await open()]);
  });
}

type Three = [MovableShards, MovableShards, MovableShards];

function sharingCases(three: () => Promise<Three>): void {
  it('never lose a count and never deadlock for good', async () => {
    const processes = await three();
    const ids: Id[] = [1, 2, 3, 4].map((n) => idOf(1, 'board', n));
    const add = async (shards: MovableShards, turn: number): Promise<void> => {
      const mine = turn % 2 ? ids : ids.toReversed();
      const now = await shards.getMany(mine);
      const puts = mine.map((id) =>
        put(id, { n: Number(now.get(id)?.data['n'] ?? 0) + 1 }, now.get(id)?.version ?? 0),
      );
      await shards.commit(1, [...puts, emit({})]).catch((error: unknown) => {
        assert.ok(error instanceof ConflictError, String(error));
        return add(shards, turn);
      });
    };
    await Promise.all(
      processes.flatMap((shards) => Array.from({ length: 8 }, (_, turn) => add(shards, turn))),
    );
    const all = await processes[0].getMany(ids);
    assert.deepEqual(
      [...all.values()].map(({ data }) => data['n']),
      [24, 24, 24, 24],
    );
  });

  it('show events in the order of their sequences, however their commits race', async () => {
    const [a, b, reader] = await three();
    await a.commit(1, [emit({ start: true })]);
    let isOver = false;
    const seen: number[] = [];
    const follow = (async () => {
      while (true) {
        const wasOver = isOver;
        const part = await reader.readOutbox(1, seen.at(-1) ?? 0, 7);
        seen.push(...part.map(({ sequence }) => sequence));
        if (wasOver && part.length === 0) return;
      }
    })();
    const write = async (shards: MovableShards, from: number) => {
      for (let n = 0; n < 60; n += 1)
        await shards.commit(1, [put(idOf(1, 'pin', from + n), {}), emit({ n }), emit({ n })]);
    };
    await Promise.all([write(a, 1), write(a, 1001), write(b, 2001), write(b, 3001)]);
    isOver = true;
    await follow;
    assert.deepEqual(
      seen,
      Array.from({ length: 481 }, (_, i) => i + 1),
    );
  });

  it('refuse every writer once sealed, and note every write once a journal is on', async () => {
    const [a, b] = await three();
    const pins = Array.from({ length: 120 }, (_, i) => idOf(1, 'pin', i + 1));
    await b.commit(1, [put(idOf(1, 'board', 1), {})]);
    const write = (id: Id) => b.commit(1, [put(id, {})]);
    const early = pins.slice(0, 40).map(write);
    await a.setState(1, { seal: null, journal: true });
    const there = new Set((await a.scan(1, 'pin', 0, 1000)).map(({ id }) => id));
    const noted = pins.slice(40, 80).map(write);
    await Promise.all(early);
    const sealed = a.setState(1, { seal: 'moved', journal: true });
    const late = pins.slice(80).map(write);
    await sealed;
    const settled = await Promise.allSettled([...noted, ...late]);
    const names = new Set(
      (await a.readJournal(1, 1000)).names.map(({ key }) => idOf(1, 'pin', Number(key[0]))),
    );
    const now = await a.getMany(pins);
    for (const id of now.keys()) assert.ok(there.has(id) || names.has(id), id);
    const refused = settled.filter(({ status }) => status === 'rejected');
    for (const result of refused)
      assert.ok(result.status === 'rejected' && result.reason instanceof ShardSealedError);
    assert.equal(now.size, pins.length - refused.length);
    await assert.rejects(write(idOf(1, 'pin', 999)), ShardSealedError);
  });

  it('give a name to one of them only, and each id once', async () => {
    const processes = await three();
    const owners = await Promise.all(
      processes.flatMap((shards, i) =>
        Array.from({ length: 10 }, (_, n) =>
          shards.claim('name', `${n}`, idOf(1, 'user', i + 1)).then((id) => `${n} ${id}`),
        ),
      ),
    );
    assert.equal(new Set(owners).size, 10);
    const ids = await Promise.all(
      Array.from({ length: 30 }, (_, i) => processes[i % 3]?.allocate(1, 'pin', 100 * (i % 5))),
    );
    const given = ids.flatMap((some) => some ?? []);
    assert.equal(new Set(given).size, given.length);
  });

  it('write wholly or not at all to a shard that one of them erases', async () => {
    const [a, b, c] = await three();
    const user = idOf(1, 'user', 1);
    const pins = Array.from({ length: 60 }, (_, i) => idOf(1, 'pin', i + 1));
    const write = (shards: MovableShards, id: Id) =>
      shards.commit(1, [put(id, {}), link(user, id, 1), emit({ id })]);
    await Promise.all(pins.map((id, i) => write(i % 2 ? a : b, id)));
    const writing = pins.map((id, i) => write(i % 2 ? a : b, id));
    await Promise.all([...writing, c.erase(1)]);
    const there = [...(await c.getMany(pins)).keys()].sort();
    assert.deepEqual([...(await a.linked('user_owns_board', user, pins))].sort(), there);
    const events = (await b.readOutbox(1, 0, 1000)).map(({ event }) => String(event['id']));
    assert.deepEqual([...new Set(events)].sort(), there);
  });
}
