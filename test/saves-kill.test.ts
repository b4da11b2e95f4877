/** kill -9 in the middle of saves whose shards come and go, again and again. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Person, stranger } from '#kernel/actor';
import { type Id, parseId, shardOf } from '#kernel/ids';
import type { PinData } from '#services/pins/contract';
import { dataOf } from '#services/store/contract';
import { killAfter } from './support/kill-after.ts';
import { SavesBed } from './support/saves-bed.ts';

let folder: string;
let ada: Person;
let board: Id;
let media: Id;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pinakes-saves-kill-'));
  const bed = await SavesBed.open(Math.random, folder);
  ada = await bed.person('ada');
  board = (await bed.now.boards.create(ada, { name: 'Kept' })).id;
  media = await bed.now.media.add(ada.userId);
  await bed.stop();
});
after(() => rm(folder, { recursive: true }));

/** Saves without end, a few at once, while shards fail, hang and come back; prints each pin that was acknowledged, and how. */
const saving = () => `
  import { writeSync } from 'node:fs';
  import { setTimeout as pause } from 'node:timers/promises';
  import { SavesBed } from '${new URL('./support/saves-bed.ts', import.meta.url)}';
  import { faults } from '${new URL('./support/faulty-shards.ts', import.meta.url)}';
  const bed = await SavesBed.open(Math.random, ${JSON.stringify(folder)});
  const shards = [${shardOf(ada.userId)}, ${shardOf(media)}];
  const breaking = async () => {
    for (;;) {
      const shard = shards[Math.floor(Math.random() * 2)];
      bed.faulty.set(shard, faults[Math.floor(Math.random() * faults.length)]);
      await pause(Math.random() * 30);
      bed.faulty.healAll();
      await bed.now.jobs.hasten('save-pin');
      await pause(Math.random() * 30);
    }
  };
  const lane = async () => {
    for (;;) {
      bed.clock.advance(1);
      try {
        const input = { boardId: '${board}', mediaId: '${media}' };
        const { id, job } = await bed.now.pins.create(${JSON.stringify(ada)}, input);
        writeSync(1, id + ' ' + (job === undefined ? 'shard' : 'queue') + '\\n');
      } catch (error) {
        if (error.code !== 'unavailable') throw error;
        await pause(1);
      }
    }
  };
  await Promise.all([breaking(), lane(), lane(), lane()]);`;

async function everyEdge(bed: SavesBed, mapping: string, from: Id): Promise<Id[]> {
  return (await bed.real.range({ mapping, from, limit: 1_000_000 })).map(({ to }) => to);
}

test('a program that is killed keeps every save that it acknowledged, once', async () => {
  const promised = new Map<Id, string>();
  for (let round = 0; round < 6; round += 1) {
    for (const line of await killAfter(saving(), 15 + Math.floor(Math.random() * 60))) {
      const [id = '', by = ''] = line.split(' ');
      assert.ok(!promised.has(parseId(id)), `pin ${id} was acknowledged twice`);
      promised.set(parseId(id), by);
    }
    // Every other time the next life begins where this one ended, with nobody looking.
    if (round % 2 === 1) await check(promised);
  }
  const ways = new Set(promised.values());
  assert.deepEqual(ways, new Set(['shard', 'queue']), 'saves were kept in both ways');
});

async function check(promised: ReadonlyMap<Id, string>): Promise<void> {
  const bed = await SavesBed.open(Math.random, folder);
  try {
    for (const id of promised.keys()) assert.equal((await bed.now.pins.get(ada, id)).id, id, 'seen at once');
    await bed.arrive();
    const pins = await everyEdge(bed, 'board_has_pin', board);
    const missing = [...promised.keys()].filter((id) => !pins.includes(id));
    assert.deepEqual(missing, [], 'none is lost');
    const stored = await bed.real.getMany(pins);
    assert.equal(stored.size, pins.length, 'no edge leads nowhere');
    assert.ok([...stored.values()].every((pin) => dataOf<PinData>(pin).mediaId === media));
    assert.deepEqual((await everyEdge(bed, 'user_has_pin', ada.userId)).sort(), pins.toSorted());
    const shown = new Set(await everyEdge(bed, 'media_has_pin', media));
    assert.ok(
      pins.every((id) => shown.has(id)),
      'every pin shows its picture',
    );
    assert.ok((await bed.now.pins.byBoard(stranger, board, {})).items.length > 0);
  } finally {
    await bed.stop();
  }
}
