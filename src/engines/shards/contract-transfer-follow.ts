/** Copying shards: a copier that follows the journal and dies at any step ends with an equal copy. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { PinakesError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { emit, idOf, link, put } from './contract-bed.ts';
import {
  digests,
  everything,
  followOnce,
  keyOn,
  type OpenPlace,
  rowsOf,
  type TransferBed,
  unlink,
} from './contract-transfer-bed.ts';
import type { Change } from './port.ts';
import type { MovableShards } from './transfer.ts';

const shard = 1;

/** A write, told by three small numbers. */
type Write = readonly [kind: number, a: number, b: number];

function changesOf([kind, a, b]: Write): Change[] {
  const pin: Id = idOf(shard, 'pin', a + 1);
  const [user, board] = [idOf(shard, 'user', b + 1), idOf(b, 'board', a + 1)];
  const all: Change[][] = [
    [put(pin, { a, b }), emit({ a, b })],
    [put(pin, { b }, b % 3), link(user, board, a)],
    [{ kind: 'remove', id: pin }, emit({ removed: a })],
    [link(user, board, b), link(user, pin, a, b === 0)],
    [unlink(user, board), put(idOf(shard, 'board', a + 1), { a })],
  ];
  return all[kind % all.length] ?? [];
}

async function perform(shards: MovableShards, write: Write): Promise<void> {
  const [kind, a, b] = write;
  const key = keyOn(shards, shard, 'name', `${a}`);
  if (kind < 5) await shards.commit(shard, changesOf(write));
  else if (kind === 5) await shards.claim('name', key, idOf(b, 'user', 1));
  else if (kind === 6) await shards.release('name', key, idOf(b, 'user', 1));
  else if (kind === 7) await shards.allocate(shard, a % 2 ? 'pin' : 'media', 1 + 100 * b);
  else await shards.trimOutbox(shard, (await shards.readOutbox(shard, 0, 1 + a)).at(-1)?.sequence ?? 0);
}

/** The same, whether the shard refuses it or not. */
async function attempt(shards: MovableShards, write: Write): Promise<void> {
  await perform(shards, write).catch((error: unknown) => {
    if (!(error instanceof PinakesError)) throw error;
  });
}

class Killed extends Error {}

/** Calls to a place that fails at a given one of them, before or after it took effect. */
function dying(shards: MovableShards, fuse: { left: number }): MovableShards {
  return new Proxy(shards, {
    get(target, name: keyof MovableShards) {
      const verb = target[name];
      if (typeof verb !== 'function') return verb;
      return async (...args: never[]) => {
        fuse.left -= 1;
        if (fuse.left === 0) throw new Killed();
        const answer = await (verb as (...args: never[]) => unknown).apply(target, args);
        fuse.left -= 1;
        if (fuse.left === 0) throw new Killed();
        return answer;
      };
    },
  });
}

/** Copies what is there, then follows the journal until it is empty. */
async function copy(from: MovableShards, to: MovableShards): Promise<void> {
  await from.setState(shard, { seal: null, journal: true });
  for (const table of await from.tables(shard)) {
    const rows = await rowsOf(from, shard, table, 5);
    await to.put(
      shard,
      rows.map((row) => ({ table, ...row })),
    );
  }
  while ((await followOnce(from, to, shard, 4)) > 0);
}

/** Copies while writes go on, killed again and again; then seals and finishes. */
async function move(bed: TransferBed, writes: readonly Write[], fuses: readonly number[]): Promise<void> {
  const places: OpenPlace[] = [bed.from, bed.to];
  const half = Math.ceil(writes.length / 2);
  for (const write of writes.slice(0, half)) await attempt(bed.from.shards, write);
  const rest = writes.slice(half);
  for (const [i, left] of fuses.entries()) {
    const fuse = { left };
    const copying = copy(dying(bed.from.shards, fuse), dying(bed.to.shards, fuse)).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    const some = rest.splice(0, Math.ceil(rest.length / 2));
    await Promise.all([copying, ...some.map((write) => attempt(bed.from.shards, write))]);
    await places[i % 3]?.reopen();
  }
  for (const write of rest) await attempt(bed.from.shards, write);
  await copy(bed.from.shards, bed.to.shards);
  await bed.from.shards.setState(shard, { seal: 'moved', journal: true });
  while ((await followOnce(bed.from.shards, bed.to.shards, shard)) > 0);
}

const write = fc.tuple(fc.nat(8), fc.nat(5), fc.nat(3));
const runs = fc.record({
  writes: fc.array(write, { minLength: 10, maxLength: 60 }),
  fuses: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
});

/** Registers the tests. */
export function followCases(bed: () => TransferBed): void {
  it('ends with an equal copy, whatever is written and wherever the copier dies', async () => {
    await fc.assert(
      fc
        .asyncProperty(runs, async ({ writes, fuses }) => {
          await move(bed(), writes, fuses);
          const [a, b] = [bed().from.shards, bed().to.shards];
          assert.deepEqual(await everything(b, shard), await everything(a, shard));
          assert.deepEqual(await digests(b, shard), await digests(a, shard));
        })
        .afterEach(async () => {
          await bed().from.shards.erase(shard);
          await bed().to.shards.erase(shard);
        }),
      { numRuns: 25 },
    );
  });
}
