import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ManualClock } from '#kernel/clock';
import { historyOf, joined } from './history.ts';
import type { EventHistory, EventLog } from './port.ts';
import { openSegmentLog } from './segments.ts';

const count = 400;

describe('the history of events', () => {
  const clock = new ManualClock();
  const begun = clock.now();
  let folder: string;
  let log: EventLog;
  /** The same log as it was before anything left it. */
  let whole: EventLog;
  let partition = 0;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pinakes-history-'));
    const options = { durability: 'process', clock, segmentBytes: 2000 } as const;
    const first = await openSegmentLog({ folder: path.join(folder, 'log'), ...options });
    for (let n = 0; n < count; n += 1) {
      const [place] = await first.append('changes', [{ key: 'one', value: { n } }]);
      partition = place?.partition ?? 0;
      clock.advance(1000);
    }
    await first.close();
    await cp(path.join(folder, 'log'), path.join(folder, 'whole'), { recursive: true });
    whole = await openSegmentLog({ folder: path.join(folder, 'whole'), ...options });
    const kept = await openSegmentLog({ folder: path.join(folder, 'log'), ...options });
    await kept.configure('changes', { retainBytes: 8000 });
    await kept.keep();
    log = kept;
  });
  afterEach(async () => {
    await log.close();
    await whole.close();
    await rm(folder, { recursive: true });
  });

  const offsets = async (history: EventHistory, from: { offset: number } | { at: number }) => {
    const all: number[] = [];
    for await (const events of history.read('changes', partition, from))
      all.push(...events.map(({ offset }) => offset));
    return all;
  };
  const upTo = (from: number) => Array.from({ length: count - from }, (_, n) => from + n);

  it('of a log is what it keeps, from an offset or a moment on', async () => {
    const start = await log.start('changes', partition);
    assert.ok(start > 0 && start < count);
    assert.deepEqual(await historyOf(log).extent('changes', partition), { first: start, next: count });
    assert.deepEqual(await offsets(historyOf(log), { offset: 0 }), upTo(start));
    for (const [n, late] of [
      [0, 0],
      [250, 0],
      [250, 1],
      [count - 1, 0],
      [count, 0],
    ] as const) {
      const at = clock.now() - (count - n) * 1000 + late;
      assert.deepEqual(
        await offsets(historyOf(whole), { at }),
        upTo(Math.min(count, n + late)),
        `${n} ${late}`,
      );
    }
    assert.equal(await historyOf(log).extent('nothing', partition), undefined);
    assert.ok(begun > 0);
  });

  it('of an archive and a log is one, each event once', async () => {
    const both = joined(historyOf(whole), historyOf(log));
    assert.deepEqual(await both.extent('changes', partition), { first: 0, next: count });
    const start = await log.start('changes', partition);
    for (const from of [0, 7, start - 1, start, start + 1, count])
      assert.deepEqual(await offsets(both, { offset: from }), upTo(from), `${from}`);
    assert.deepEqual(await offsets(both, { at: 0 }), upTo(0));
    assert.deepEqual(await offsets(both, { at: clock.now() }), []);
  });

  it('does not hide what neither holds', async () => {
    const start = await log.start('changes', partition);
    const short: EventHistory = {
      extent: async () => ({ first: 0, next: 10 }),
      async *read(topic, part, from) {
        for await (const events of historyOf(whole).read(topic, part, from))
          yield events.filter(({ offset }) => offset < 10);
      },
    };
    const both = joined(short, historyOf(log));
    assert.deepEqual(await both.extent('changes', partition), { first: start, next: count });
    assert.deepEqual(await offsets(both, { offset: 0 }), [...upTo(0).slice(0, 10), ...upTo(start)]);
  });
});
