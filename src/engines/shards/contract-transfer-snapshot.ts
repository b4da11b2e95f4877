/** Copying shards: everything at one moment. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { emit, idOf, link, put } from './contract-bed.ts';
import { digests, everything, keyOn, owns, type TransferBed } from './contract-transfer-bed.ts';
import type { MovableShards, TransferRow } from './transfer.ts';

const ada = idOf(1, 'user', 1);
const most = 10_000;

/** Writes pin `n`, its edge and its event, and counts it in ada. */
async function add(shards: MovableShards, n: number): Promise<void> {
  const pin = idOf(1, 'pin', n);
  await shards.commit(1, [
    put(pin, { n, text: 'x'.repeat(300) }),
    link(ada, pin, n),
    put(ada, { n }),
    emit({ n }),
  ]);
}

async function fill(shards: MovableShards, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => add(shards, i + 1)));
}

/** Reads a snapshot, doing something between its parts. */
async function taken(shards: MovableShards, between?: () => Promise<unknown>) {
  const tables: Record<string, TransferRow[]> = {};
  for await (const { table, rows } of shards.snapshot(1)) {
    assert.ok(rows.length <= most);
    tables[table] ??= [];
    tables[table].push(...rows);
    await between?.();
  }
  for (const [table, rows] of Object.entries(tables)) if (rows.length === 0) delete tables[table];
  return tables;
}

/** Registers the tests. */
export function snapshotCases(bed: () => TransferBed): void {
  it('hold what the tables hold, in order', async () => {
    const { shards } = bed().from;
    await fill(shards, 50);
    await shards.allocate(1, 'pin', 1);
    await shards.claim('name', keyOn(shards, 1, 'name', 'ada'), ada);
    assert.deepEqual(await taken(shards), await everything(shards, 1));
  });

  it('make an equal shard elsewhere', async () => {
    const [a, b] = [bed().from.shards, bed().to.shards];
    await fill(a, 30);
    for await (const { table, rows } of a.snapshot(1)) {
      await b.put(
        1,
        rows.map((row) => ({ table, ...row })),
      );
    }
    assert.deepEqual(await digests(b, 1), await digests(a, 1));
  });

  it('are of one moment while writes go on', async () => {
    const { shards } = bed().from;
    await fill(shards, 3000);
    let n = 3000;
    let isOver = false;
    const writer = (async () => {
      while (!isOver) {
        n += 1;
        await add(shards, n);
      }
    })();
    const tables = await taken(shards, () => shards.commit(1, [put(idOf(1, 'board', 1), { n })]));
    isOver = true;
    await writer;
    const count = tables['object:pin']?.length ?? 0;
    assert.ok(count >= 3000 && n > count, `${count} of ${n}`);
    const ns = Array.from({ length: count }, (_, i) => i + 1);
    assert.deepEqual(
      tables['object:pin']?.map(({ key }) => key[0]),
      ns,
    );
    assert.equal(tables['object:user']?.[0]?.value[2], JSON.stringify({ n: count }));
    assert.deepEqual(
      tables[owns]?.map(({ value }) => value[0]),
      ns,
    );
    assert.equal(tables['outbox']?.length, count);
    const next = tables['sequences']?.find(({ key }) => key[0] === 'outbox')?.value[0];
    assert.equal(next, Number(tables['outbox']?.at(-1)?.key[0]) + 1);
  });

  it('may be left off and taken again, two at a time too', async () => {
    const { shards } = bed().from;
    await fill(shards, 20);
    for await (const _part of shards.snapshot(1)) break;
    const [one, two] = await Promise.all([taken(shards), taken(shards)]);
    assert.deepEqual(one, two);
    assert.deepEqual(one, await everything(shards, 1));
  });

  it('are empty for a shard that was never written to', async () => {
    assert.deepEqual(await taken(bed().from.shards), {});
  });

  it('end with an error when the shards are closed meanwhile', async () => {
    const { shards } = bed().from;
    await fill(shards, 3000);
    await assert.rejects(
      taken(shards, () => shards.close()),
      UnavailableError,
    );
  });
}
