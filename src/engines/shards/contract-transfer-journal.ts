/** Copying shards: the journal of touched rows. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConflictError } from '#kernel/errors';
import { emit, idOf, link, put } from './contract-bed.ts';
import { keyOn, namesIn, owns, type TransferBed, unlink } from './contract-transfer-bed.ts';
import type { MovableShards, RowName } from './transfer.ts';

const [ada, board, pin] = [idOf(1, 'user', 1), idOf(1, 'board', 1), idOf(1, 'pin', 5)];
const sequences = (type: string): RowName => ({ table: 'sequences', key: [type] });
const edge: RowName = { table: owns, key: [ada, board] };

function record(shards: MovableShards, journal = true): Promise<void> {
  return shards.setState(1, { seal: null, journal });
}

/** Everything noted since the last time. */
async function noted(shards: MovableShards): Promise<RowName[]> {
  const { names, through } = await shards.readJournal(1, 1000);
  await shards.trimJournal(1, through);
  return names;
}

/** Asserts that what was noted since the last time is exactly this. */
async function assertNoted(shards: MovableShards, expected: readonly RowName[]): Promise<void> {
  assert.deepEqual(namesIn(await noted(shards)), namesIn(expected));
}

async function sequenceOf(shards: MovableShards): Promise<number> {
  return (await shards.readOutbox(1, 0, 1000)).at(-1)?.sequence ?? 0;
}

/** Registers the tests. */
export function journalCases(bed: () => TransferBed): void {
  it('note nothing when off', async () => {
    const { shards } = bed().from;
    await shards.commit(1, [put(pin, {}), link(ada, board, 1), emit({})]);
    await shards.allocate(1, 'pin', 1);
    assert.deepEqual(await shards.readJournal(1, 10), { through: 0, names: [], hasMore: false });
    await record(shards);
    assert.deepEqual(await shards.readJournal(1, 10), { through: 0, names: [], hasMore: false });
    await record(shards, false);
    await shards.commit(1, [put(pin, {})]);
    await assertNoted(shards, []);
  });

  it('note exactly the rows that a commit touches', async () => {
    const { shards } = bed().from;
    await record(shards);
    await shards.commit(1, [put(pin, {}), put(board, {}, 0), link(ada, board, 1)]);
    await assertNoted(shards, [{ table: 'object:pin', key: [5] }, { table: 'object:board', key: [1] }, edge]);
    await shards.commit(1, [put(pin, {}), put(pin, {}, 2), link(ada, board, 2)]);
    await assertNoted(shards, [{ table: 'object:pin', key: [5] }, edge]);
    await shards.commit(1, [{ kind: 'remove', id: pin }, unlink(ada, board)]);
    await assertNoted(shards, [{ table: 'object:pin', key: [5] }, edge]);
    await shards.commit(1, [emit({})]);
    const key = [await sequenceOf(shards)];
    await assertNoted(shards, [{ table: 'outbox', key }, sequences('outbox')]);
  });

  it('note claims that are taken or freed, with their bytes', async () => {
    const { shards } = bed().from;
    await record(shards);
    const key = keyOn(shards, 1, 'name', 'Ädä 🧶 ');
    const claim: RowName = { table: 'claims', key: ['name', key] };
    await shards.claim('name', key, ada);
    await assertNoted(shards, [claim]);
    await shards.release('name', key, ada);
    await assertNoted(shards, [claim]);
  });

  it('note sequences when ids are reserved, and every event that is trimmed', async () => {
    const { shards } = bed().from;
    await shards.commit(
      1,
      [1, 2, 3].map((n) => emit({ n })),
    );
    await record(shards);
    await shards.allocate(1, 'media', 2000);
    await assertNoted(shards, [sequences('media')]);
    const entries = await shards.readOutbox(1, 0, 10);
    const trimmed = entries
      .slice(0, 2)
      .map(({ sequence }): RowName => ({ table: 'outbox', key: [sequence] }));
    await shards.trimOutbox(1, entries[1]?.sequence ?? 0);
    await assertNoted(shards, trimmed);
  });

  it('note nothing of a commit that fails, nor of another shard', async () => {
    const { shards } = bed().from;
    await record(shards);
    const bad = [put(pin, {}), link(ada, board, 1), emit({}), put(board, {}, 7)];
    const writes = [
      shards.commit(1, [put(idOf(1, 'pin', 6), {})]),
      shards.commit(1, bad),
      shards.commit(1, [put(idOf(1, 'pin', 7), {})]),
    ];
    const settled = await Promise.allSettled(writes);
    const [, failed] = settled;
    assert.ok(failed?.status === 'rejected' && failed.reason instanceof ConflictError);
    await shards.commit(2, [put(idOf(2, 'pin', 1), {})]);
    await assertNoted(shards, [
      { table: 'object:pin', key: [6] },
      { table: 'object:pin', key: [7] },
    ]);
    assert.deepEqual(await shards.readJournal(2, 10), { through: 0, names: [], hasMore: false });
  });

  it('do not note rows that are put', async () => {
    const { shards } = bed().from;
    await record(shards);
    await shards.put(1, [
      { table: 'object:pin', key: [1], value: [1, 1, '{}'] },
      { table: owns, key: [ada, board], value: [1] },
      { table: 'sequences', key: ['outbox'], value: [9] },
    ]);
    await assertNoted(shards, []);
  });

  it('survive a restart and go on', async () => {
    await record(bed().from.shards);
    await bed().from.shards.commit(1, [put(pin, {})]);
    const shards = await bed().from.reopen();
    assert.deepEqual(await shards.state(1), { seal: null, journal: true });
    await shards.commit(1, [put(board, {})]);
    await assertNoted(shards, [
      { table: 'object:pin', key: [5] },
      { table: 'object:board', key: [1] },
    ]);
  });

  it('are read from the oldest entry on, each name once, and trimmed up to what was read', async () => {
    const { shards } = bed().from;
    await record(shards);
    for (const n of [1, 2, 1, 1, 3, 4, 5]) await shards.commit(1, [put(idOf(1, 'pin', n), {})]);
    assert.deepEqual(
      await Promise.all([7, 8].map(async (limit) => (await shards.readJournal(1, limit)).hasMore)),
      [true, false],
    );
    const seen = new Set<string>();
    let last = 0;
    for (let part = await shards.readJournal(1, 2); part.names.length > 0; ) {
      assert.ok(part.through > last);
      assert.equal(new Set(namesIn(part.names)).size, part.names.length);
      assert.deepEqual(await shards.readJournal(1, 2), part);
      last = part.through;
      for (const name of namesIn(part.names)) seen.add(name);
      await shards.trimJournal(1, part.through);
      part = await shards.readJournal(1, 2);
    }
    assert.deepEqual(
      [...seen].sort(),
      [1, 2, 3, 4, 5].map((n) => `object:pin [${n}]`),
    );
    assert.deepEqual(await shards.readJournal(1, 2), { through: 0, names: [], hasMore: false });
  });

  it('lose nothing that is noted between reading and trimming, restarts in between', async () => {
    await record(bed().from.shards);
    await bed().from.shards.commit(1, [put(pin, {})]);
    const { through } = await bed().from.shards.readJournal(1, 10);
    await bed().from.shards.trimJournal(1, through);
    const shards = await bed().from.reopen();
    await shards.commit(1, [put(board, {})]);
    await shards.trimJournal(1, through);
    const part = await shards.readJournal(1, 10);
    assert.ok(part.through > through);
    assert.deepEqual(namesIn(part.names), ['object:board [1]']);
  });

  it('know every write that is not there yet when they begin', async () => {
    const { shards } = bed().from;
    const pins = Array.from({ length: 200 }, (_, i) => idOf(1, 'pin', i + 1));
    const early = pins.slice(0, 120).map((id) => shards.commit(1, [put(id, {})]));
    const begun = record(shards);
    const late = pins.slice(120).map((id) => shards.commit(1, [put(id, {})]));
    await begun;
    const there = (await shards.page(1, 'object:pin', undefined, 1000)).map(({ key }) => key[0]);
    await Promise.all([...early, ...late]);
    const names = (await noted(shards)).map(({ key }) => key[0]);
    assert.equal(new Set([...there, ...names]).size, 200);
  });
}
