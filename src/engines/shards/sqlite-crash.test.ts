import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Id } from '#kernel/ids';
import type { Durability } from '#kernel/sqlite';
import { killAfter } from '../../../test/support/kill-after.ts';
import { idOf } from './contract-bed.ts';
import type { MappingEntry, Shards, StoredObject } from './port.ts';
import { openSqliteShards } from './sqlite.ts';

const shardCount = 3;
const owner = (shard: number): Id => idOf(shard, 'user', 1);

/** A program that commits to all shards without end, many at once, and prints the id of each acknowledged pin. */
function writer(folder: string, durability: Durability): string {
  return `
    import { openSqliteShards } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)};
    const shards = await openSqliteShards(${JSON.stringify({ folder, count: shardCount, durability })});
    const owners = ${JSON.stringify([0, 1, 2].map(owner))};
    const text = 'x'.repeat(3000);
    async function write(shard) {
      for (;;) {
        const [id] = await shards.allocate(shard, 'pin', 1);
        await shards.commit(shard, [
          { kind: 'put', id, data: { text }, expect: 0 },
          { kind: 'link', mapping: 'user_has_pin', from: owners[shard], to: id, sequence: Date.now(), unique: true },
          { kind: 'emit', event: { id } },
        ]);
        console.log(id);
      }
    }
    await Promise.all([0, 1, 2, 0, 1, 2, 0, 1, 0].map(write));`;
}

async function all<T>(page: (last: T | undefined) => Promise<T[]>): Promise<T[]> {
  const rows: T[] = [];
  for (let some = await page(undefined); some.length > 0; some = await page(rows.at(-1))) rows.push(...some);
  return rows;
}

/** Asserts that on every shard the same pins are there as objects, as edges and as events; answers them. */
async function wholePins(shards: Shards): Promise<Id[]> {
  const ids: Id[] = [];
  for (let shard = 0; shard < shardCount; shard += 1) {
    const range = { mapping: 'user_has_pin', from: owner(shard), limit: 500, ascending: true };
    const edges = await all<MappingEntry>((after) => shards.range({ ...range, after }));
    const events = await shards.readOutbox(shard, 0, 1e6);
    const pins = await all<StoredObject>((last) => {
      return shards.scan(shard, 'pin', last ? Number(BigInt(last.id) & 0xfffffffffn) : 0, 500);
    });
    const sorted = pins.map(({ id }) => id).sort();
    assert.deepEqual(edges.map(({ to }) => to).sort(), sorted);
    assert.deepEqual(events.map(({ event }) => event['id']).sort(), sorted);
    ids.push(...sorted);
  }
  return ids;
}

describe('SQLite shards of a killed process', () => {
  for (const durability of ['process', 'power'] as const) {
    it(`keep every acknowledged commit and no half of one (durability: ${durability})`, async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-crash-'));
      const acknowledged: string[] = [];
      for (const lines of [1, 40, 333, 1000, 90]) {
        acknowledged.push(...(await killAfter(writer(folder, durability), lines)));
        const shards = await openSqliteShards({ folder, count: shardCount, durability });
        const there = new Set<string>(await wholePins(shards));
        assert.deepEqual(
          acknowledged.filter((id) => !there.has(id)),
          [],
        );
        assert.deepEqual(await shards.verify(), []);
        await shards.close();
      }
      assert.equal(new Set(acknowledged).size, acknowledged.length);
      await rm(folder, { recursive: true });
    });
  }
});
