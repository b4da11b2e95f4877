import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventLog } from '#engines/event-log/port';
import type { Shards } from '#engines/shards/port';
import { UnavailableError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { Bed, created, pinId, shardCount, Watcher } from '../../../test/support/events-bed.ts';
import { killAfter } from '../../../test/support/kill-after.ts';
import { overriding } from '../../../test/support/overriding.ts';
import { changesTopic } from './contract.ts';

describe('the relay', () => {
  let bed: Bed;
  let watcher: Watcher;
  beforeEach(async () => {
    bed = await Bed.open();
    watcher = new Watcher();
  });
  afterEach(() => bed.close());

  const identities = (): string[] => watcher.seen.map(({ shard, sequence }) => `${shard}:${sequence}`);
  const requireEachOnce = (count: number): void => {
    assert.equal(watcher.seen.length, count);
    assert.equal(new Set(identities()).size, count);
  };

  it('brings a commit to the consumers as it was made', async () => {
    const events = bed.events([watcher]);
    await events.start();
    const id = pinId(7, 3);
    await bed.shards.commit(3, [created(id, 'hello')]);
    await events.drain();
    const [change] = watcher.seen;
    assert.ok(change);
    const { position, ...rest } = change;
    assert.deepEqual(rest, {
      type: 'pin.created',
      id,
      version: 1,
      at: 0,
      actor: null,
      body: { note: 'hello' },
      before: null,
      shard: 3,
      sequence: 1,
    });
    const [logged] = await bed.log.read(changesTopic, position.partition, position.offset, 1);
    assert.equal(logged?.key, id);
  });

  it('has everything in the log when it has stopped', async () => {
    const events = bed.events([watcher], { gather: { relayMs: () => 3_600_000, consumersMs: 0 } });
    await events.start();
    await bed.commit(1);
    while (watcher.seen.length === 0) await nextTurn();
    await bed.commit(30, 1);
    await events.stop();
    let logged = 0;
    for (let p = 0; p < bed.log.partitions; p++) logged += await bed.log.end(changesTopic, p);
    assert.equal(logged, 31);
    assert.deepEqual(await bed.shards.shardsWithOutbox(), []);
  });

  it('keeps the changes of one object in the order of their commits', async () => {
    const events = bed.events([watcher]);
    await events.start();
    const notes = Array.from({ length: 300 }, (_, i) => `${i}`);
    for (const note of notes)
      await bed.shards.commit(1, [created(pinId(9, 1), note), created(pinId(5, 1), note)]);
    await events.drain();
    for (const local of [9, 5]) {
      const ours = watcher.seen.filter(({ id }) => id === pinId(local, 1));
      assert.deepEqual(
        ours.map(({ body }) => body['note']),
        notes,
      );
    }
  });

  it('begins with what was left in the outboxes', async () => {
    await bed.commit(1300);
    const events = bed.events([watcher]);
    await events.start();
    await events.drain();
    requireEachOnce(1300);
  });

  it('empties the outboxes', async () => {
    const events = bed.events([watcher]);
    await events.start();
    await bed.commit(1200);
    await events.drain();
    await events.stop();
    assert.deepEqual(await bed.shards.shardsWithOutbox(), []);
  });

  it('does not log again what a crash left both in an outbox and in the log', async () => {
    const neverTrims = overriding<Shards>(bed.shards, { trimOutbox: async () => undefined });
    const first = bed.events([watcher], { shards: neverTrims });
    await first.start();
    await bed.commit(700);
    await first.drain();
    await first.stop();
    assert.equal((await bed.shards.shardsWithOutbox()).length, shardCount);
    await bed.commit(50, 700);
    const second = bed.events([watcher]);
    await second.start();
    await second.drain();
    requireEachOnce(750);
    assert.equal(await bed.logged(), 750);
  });

  it('lets what a crash left be mended before it goes to the log, and nothing else', async () => {
    const mended: unknown[] = [];
    const mend = async (events: readonly JsonObject[]) => {
      mended.push(...events.map(({ id }) => id), await bed.logged());
      throw new UnavailableError('the shard of a picture is silent');
    };
    await bed.shards.commit(3, [created(pinId(7, 3), 'left')]);
    const events = bed.events([watcher], { mend });
    await events.start();
    await events.drain();
    await bed.commit(20);
    await events.drain();
    assert.deepEqual(mended, [pinId(7, 3), 0]);
    requireEachOnce(21);
  });

  it('logs each change once although an append fails half way', async () => {
    let failures = 3;
    const flaky = overriding<EventLog>(bed.log, {
      append: async (topic, events) => {
        if (failures-- <= 0) return bed.log.append(topic, events);
        await bed.log.append(topic, events.slice(0, events.length / 2));
        throw new UnavailableError('disk full');
      },
    });
    await bed.commit(90);
    const events = bed.events([watcher], { log: flaky });
    await events.start();
    await events.drain();
    requireEachOnce(90);
    assert.equal(await bed.logged(), 90);
  });

  it('lets no shard that cannot be read hold up the others', async () => {
    let broken = true;
    const oneBroken = overriding<Shards>(bed.shards, {
      readOutbox: async (shard, after, limit) => {
        if (broken && shard === 2) throw new UnavailableError('shard 2 is damaged');
        return bed.shards.readOutbox(shard, after, limit);
      },
    });
    const events = bed.events([watcher], { shards: oneBroken });
    await events.start();
    await bed.commit(80);
    while (watcher.seen.length < 60) await nextTurn();
    assert.ok(watcher.seen.every(({ shard }) => shard !== 2));
    await assert.rejects(events.drain(), UnavailableError);
    broken = false;
    await events.drain();
    requireEachOnce(80);
  });

  it('delivers every commit of a process that is killed, each once, again and again', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-events-killed-'));
    const child = `
      import { writeSync } from 'node:fs';
      import { Bed, created, pinId, Watcher } from '${new URL('../../../test/support/events-bed.ts', import.meta.url)}';
      const bed = await Bed.open(${JSON.stringify(folder)});
      await bed.events([new Watcher()]).start();
      for (;;) {
        await Promise.all(Array.from({ length: 9 }, async (_, i) => {
          const note = String(Math.random());
          await bed.shards.commit(i % 4, [created(pinId(i, i % 4), note)]);
          writeSync(1, note + '\\n');
        }));
      }`;
    const said: string[] = [];
    for (let round = 0; round < 4; round++) said.push(...(await killAfter(child, 500 + 97 * round)));
    const heir = await Bed.open(folder);
    const events = heir.events([watcher]);
    await events.start();
    // The killed processes' consumers have committed: this one wants all from the start.
    await events.rebuild(watcher.name);
    await events.drain();
    const notes = new Set(watcher.notes);
    assert.deepEqual(
      said.filter((note) => !notes.has(note)),
      [],
    );
    requireEachOnce(watcher.seen.length);
    await heir.close();
  });
});
