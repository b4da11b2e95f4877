import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { historyOf, joined } from '#engines/event-log/history';
import type { EventHistory, EventLog } from '#engines/event-log/port';
import { openSegmentLog } from '#engines/event-log/segments';
import { ConflictError } from '#kernel/errors';
import { Bed, Watcher } from '../../../test/support/events-bed.ts';
import { changesTopic } from './contract.ts';

describe('a log that no longer holds its beginning', () => {
  let bed: Bed;
  let whole: EventLog;
  beforeEach(async () => {
    bed = await Bed.open(undefined, { segmentBytes: 2000 });
    const relayed = bed.events([]);
    await relayed.start();
    await bed.commit(400);
    await relayed.drain();
    await relayed.stop();
    await cp(path.join(bed.folder, 'log'), path.join(bed.folder, 'whole'), { recursive: true });
    const options = { durability: 'process', clock: bed.clock, segmentBytes: 2000 } as const;
    whole = await openSegmentLog({ folder: path.join(bed.folder, 'whole'), ...options });
    await bed.log.configure(changesTopic, { retainBytes: 4000 });
    await bed.log.keep();
  });
  afterEach(async () => {
    await whole.close();
    await bed.close();
  });

  it('is not taken for the whole: nothing is reset, unless a part is asked for', async () => {
    const watcher = new Watcher();
    const events = bed.events([watcher]);
    await events.start();
    await events.drain();
    const seen = watcher.seen.length;
    assert.ok(seen > 0 && seen < 400, `${seen}`);
    await assert.rejects(events.rebuild('watcher'), /the first \d+ events of "changes".*Nothing was changed/);
    assert.equal(watcher.seen.length, seen);
    assert.deepEqual(await events.rebuild('watcher', undefined, { partial: true }), { events: seen });
    assert.equal(watcher.seen.length, seen);
  });

  it('is whole with its archive', async () => {
    const watcher = new Watcher();
    const events = bed.events([watcher], {
      history: joined(historyOf(whole), historyOf(bed.log)),
    });
    await events.start();
    await events.drain();
    const steps: [number, number][] = [];
    const rebuilt = await events.rebuild('watcher', (done, total) => steps.push([done, total]));
    assert.deepEqual(rebuilt, { events: 400 });
    assert.equal(new Set(watcher.notes).size, 400);
    assert.equal(watcher.seen.length, 400);
    assert.deepEqual(steps.at(-1), [400, 400]);
    await bed.commit(1, 400);
    await events.drain();
    assert.equal(watcher.seen.length, 401);
  });

  it('is not whole with an archive that ended before the log begins', async () => {
    const short: EventHistory = {
      read: (...words) => historyOf(whole).read(...words),
      extent: async () => ({ first: 0, next: 1 }),
    };
    await bed.log.configure(changesTopic, { retainMs: -1 });
    await bed.log.keep();
    const events = bed.events([new Watcher()], { history: joined(short, historyOf(bed.log)) });
    await events.start();
    await assert.rejects(events.rebuild('watcher'), /the first 400 events of "changes"/);
  });

  it('has nothing to tell the outside again', async () => {
    const outlet = Object.assign(new Watcher('outlet'), { isOutward: true });
    const events = bed.events([outlet, new Watcher()]);
    await events.start();
    await bed.commit(1, 400);
    await events.drain();
    assert.deepEqual(outlet.notes, ['n401']);
    assert.deepEqual(events.consumers, ['watcher']);
    await assert.rejects(events.rebuild('outlet', undefined, { partial: true }), ConflictError);
  });
});
