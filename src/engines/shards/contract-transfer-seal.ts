/** Copying shards: seals. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { emit, idOf, link, put } from './contract-bed.ts';
import { digests, everything, keyOn, rowsOf, type TransferBed } from './contract-transfer-bed.ts';
import { ShardSealedError } from './sealed.ts';
import type { MovableShards, ShardSeal } from './transfer.ts';

const [ada, board, pin] = [idOf(1, 'user', 1), idOf(1, 'board', 1), idOf(1, 'pin', 1)];
const seals = ['read-only', 'moved'] as const;

async function fill(shards: MovableShards): Promise<void> {
  await shards.commit(1, [put(pin, { n: 1 }), link(ada, board, 1), emit({ n: 1 }), emit({ n: 2 })]);
  await shards.claim('name', keyOn(shards, 1, 'name', 'ada'), ada);
}

function seal(shards: MovableShards, kind: ShardSeal): Promise<void> {
  return shards.setState(1, { seal: kind, journal: false });
}

async function assertRefuses(shards: MovableShards, kind: Exclude<ShardSeal, null>): Promise<void> {
  const name = keyOn(shards, 1, 'name', 'ada');
  const calls = [
    () => shards.commit(1, [put(pin, {})]),
    () => shards.commit(1, [emit({})]),
    () => shards.claim('name', name, ada),
    () => shards.claim('name', keyOn(shards, 1, 'name', 'bob'), ada),
    () => shards.release('name', name, ada),
    () => shards.allocate(1, 'section', 99_000),
  ];
  for (const call of calls) {
    await assert.rejects(call(), (error: unknown) => {
      assert.ok(error instanceof ShardSealedError && error instanceof UnavailableError, String(error));
      assert.deepEqual([error.shard, error.seal], [1, kind]);
      return true;
    });
  }
}

/** Registers the tests. */
export function sealCases(bed: () => TransferBed): void {
  it('are open where nobody said otherwise', async () => {
    const { shards } = bed().from;
    assert.deepEqual(await shards.state(1), { seal: null, journal: false });
    await fill(shards);
    assert.deepEqual(await shards.state(1), { seal: null, journal: false });
  });

  for (const kind of seals) {
    it(`refuse writes when ${kind}, change nothing, and open again`, async () => {
      const { shards } = bed().from;
      await fill(shards);
      await seal(shards, kind);
      const before = await everything(shards, 1);
      await assertRefuses(shards, kind);
      assert.deepEqual(await everything(shards, 1), before);
      assert.deepEqual(await shards.state(1), { seal: kind, journal: false });
      await seal(shards, null);
      assert.equal((await shards.commit(1, [put(pin, {}, 1)])).get(pin), 2);
      await shards.release('name', keyOn(shards, 1, 'name', 'ada'), ada);
    });

    it(`survive a restart when ${kind}`, async () => {
      await fill(bed().from.shards);
      await seal(bed().from.shards, kind);
      const shards = await bed().from.reopen();
      assert.deepEqual(await shards.state(1), { seal: kind, journal: false });
      await assertRefuses(shards, kind);
      await seal(shards, null);
      const again = await bed().from.reopen();
      await again.commit(1, [put(pin, {})]);
    });
  }

  it('let reads and the trimming of the outbox through', async () => {
    const { shards } = bed().from;
    await fill(shards);
    await seal(shards, 'read-only');
    const name = keyOn(shards, 1, 'name', 'ada');
    assert.equal((await shards.getMany([pin])).size, 1);
    assert.equal((await shards.scan(1, 'pin', 0, 9)).length, 1);
    assert.equal((await shards.countLinks('user_owns_board', [ada])).get(ada), 1);
    assert.equal((await shards.claimed('name', [name])).size, 1);
    const [first, second] = await shards.readOutbox(1, 0, 9);
    await shards.trimOutbox(1, first?.sequence ?? 0);
    assert.deepEqual(await shards.readOutbox(1, 0, 9), [second]);
  });

  it('let rows be put', async () => {
    const { shards } = bed().from;
    await seal(shards, 'moved');
    await shards.put(1, [{ table: 'object:pin', key: [1], value: [1, 1, '{}'] }]);
    assert.equal((await rowsOf(shards, 1, 'object:pin')).length, 1);
    assert.deepEqual(await shards.state(1), { seal: 'moved', journal: false });
  });

  it('let ids that were reserved before be given out, and no others', async () => {
    const { shards } = bed().from;
    const before = await shards.allocate(1, 'pin', 3);
    await seal(shards, 'moved');
    const given = new Set(before);
    for (let n = 0; n < 2000; n += 1) {
      const more = await shards.allocate(1, 'pin', 1).catch((error: unknown) => {
        assert.ok(error instanceof ShardSealedError);
        return [];
      });
      if (more.length === 0) break;
      assert.ok(more.every((id) => !given.has(id)));
      for (const id of more) given.add(id);
    }
    await assert.rejects(shards.allocate(1, 'pin', 90_000), ShardSealedError);
  });

  it('are of one shard only', async () => {
    const { shards } = bed().from;
    await seal(shards, 'moved');
    await shards.commit(2, [put(idOf(2, 'pin', 1), {})]);
    await shards.claim('name', keyOn(shards, 3, 'name'), ada);
    assert.deepEqual(await shards.state(2), { seal: null, journal: false });
  });

  it('wait for what is under way: no write lands behind them', async () => {
    const { shards } = bed().from;
    const pins = Array.from({ length: 200 }, (_, i) => idOf(1, 'pin', i + 1));
    const commits = (some: typeof pins) =>
      some.map((id) => shards.commit(1, [put(id, {}), link(ada, id, 1), emit({ id })]));
    const early = commits(pins.slice(0, 120));
    const sealed = seal(shards, 'read-only');
    const late = commits(pins.slice(120));
    const ended = Promise.allSettled([...early, ...late]);
    await sealed;
    const atOnce = await digests(shards, 1);
    const settled = await ended;
    assert.deepEqual(await digests(shards, 1), atOnce);
    const done = pins.filter((_, i) => settled[i]?.status === 'fulfilled');
    assert.deepEqual([...(await shards.getMany(pins)).keys()].sort(), done.sort());
    for (const result of settled) {
      if (result.status === 'rejected') assert.ok(result.reason instanceof ShardSealedError);
    }
  });
}
