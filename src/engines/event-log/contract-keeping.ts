/** The event log's contract: what topics keep. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Json } from '#kernel/json';
import { type LogBed, numbered, numbers, readAll } from './contract-bed.ts';
import type { LoggedEvent } from './port.ts';

const hour = 60 * 60 * 1000;
const one = (): string => 'one';

type Step = 'keep' | 'reopen' | readonly (readonly [key: number, value: number | null])[];

/** Registers the tests. */
export function keepingCases(bed: () => LogBed): void {
  const appendSlowly = async (count: number, from = 0): Promise<number> => {
    const { log, clock } = bed();
    let partition = 0;
    for (let n = from; n < from + count; n++) {
      const [position] = await log.append('changes', [{ key: 'one', value: { n, filler: 'x'.repeat(90) } }]);
      partition = position?.partition ?? 0;
      clock.advance(hour);
    }
    return partition;
  };

  it('keeps everything unless told otherwise', async () => {
    const partition = await appendSlowly(100);
    bed().clock.advance(1_000_000 * hour);
    await bed().made.keep();
    assert.equal(await bed().log.start('changes', partition), 0);
    assert.equal((await readAll(bed().log, 'changes')).length, 100);
  });

  it('lets go of what is old, and passes over it when read', async () => {
    const partition = await appendSlowly(100);
    await bed().log.configure('changes', { retainMs: 50 * hour });
    await bed().made.keep();
    const start = await bed().log.start('changes', partition);
    assert.ok(start > 10 && start <= 50, `${start}`);
    assert.equal(await bed().log.end('changes', partition), 100);
    const kept = Array.from({ length: 100 - start }, (_, i) => start + i);
    assert.deepEqual(numbers(await bed().log.read('changes', partition, 0, 1000)), kept);
    assert.deepEqual(numbers(await bed().log.read('changes', partition, 3, 2)), [start, start + 1]);
    await bed().reopen();
    assert.equal(await bed().log.start('changes', partition), start);
    assert.deepEqual(numbers(await readAll(bed().log, 'changes', 7)), kept);
  });

  it('lets go of everything that is old, and goes on with the next offset', async () => {
    const partition = await appendSlowly(30);
    bed().clock.advance(60 * hour);
    await bed().log.configure('changes', { retainMs: 50 * hour });
    await bed().made.keep();
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(await readAll(bed().log, 'changes'), []);
      assert.equal(await bed().log.start('changes', partition), 30);
      assert.equal(await bed().log.end('changes', partition), 30);
      await bed().reopen();
    }
    await appendSlowly(1, 30);
    const [event] = await bed().log.read('changes', partition, 0, 10);
    assert.equal(event?.offset, 30);
  });

  it('lets go of the oldest where there is too much', async () => {
    const partition = await appendSlowly(200);
    await bed().log.configure('changes', { retainBytes: 8000 });
    await bed().made.keep();
    const start = await bed().log.start('changes', partition);
    assert.ok(start > 100 && start < 200, `${start}`);
    const left = numbers(await readAll(bed().log, 'changes'));
    assert.deepEqual(
      left,
      Array.from({ length: 200 - start }, (_, i) => start + i),
    );
  });

  it('keeps what a group is still to read, however old', async () => {
    const partition = await appendSlowly(100);
    await bed().log.configure('changes', { retainMs: hour, retainBytes: 1, heldFor: ['archive'] });
    await bed().made.keep();
    assert.equal(await bed().log.start('changes', partition), 0);
    await bed().log.commit('archive', 'changes', partition, 40);
    await bed().made.keep();
    const start = await bed().log.start('changes', partition);
    assert.ok(start > 10 && start <= 40, `${start}`);
  });

  const last = (events: readonly LoggedEvent[]): Map<string, Json> =>
    new Map(events.map(({ key, value }) => [key, value]));

  it('drops what a later event of the same key supersedes, and moves no offset', async () => {
    for (let round = 0; round < 20; round++) await bed().log.append('changes', numbered(70));
    const before = await readAll(bed().log, 'changes');
    await bed().log.configure('changes', { compact: true });
    await bed().made.keep();
    const after = await readAll(bed().log, 'changes', 13);
    assert.ok(after.length < before.length / 3, `${after.length} of ${before.length}`);
    assert.deepEqual(last(after), last(before));
    const known = new Map(before.map((event) => [`${event.partition}:${event.offset}`, event]));
    for (const event of after) assert.deepEqual(event, known.get(`${event.partition}:${event.offset}`));
    await bed().reopen();
    assert.deepEqual(await readAll(bed().log, 'changes'), after);
    assert.deepEqual(await readAll(bed().log, 'changes', 1), after);
  });

  it('drops a tombstone once it was there long enough', async () => {
    const { log, clock, made } = bed();
    const filler = numbered(800, (i) => `filler-${i % 40}`);
    await log.append('changes', [{ key: 'gone', value: { n: 1 } }, ...filler]);
    await log.append('changes', [{ key: 'gone', value: null }, ...filler]);
    await log.append('changes', filler);
    await log.configure('changes', { compact: true, tombstoneMs: hour });
    const values = async (): Promise<Json[]> =>
      (await readAll(log, 'changes')).filter(({ key }) => key === 'gone').map(({ value }) => value);
    await made.keep();
    assert.deepEqual(await values(), [null]);
    clock.advance(2 * hour);
    for (let round = 0; round < 4; round++) await log.append('changes', filler);
    await made.keep();
    assert.deepEqual(await values(), []);
  });

  it('reads the same while what it reads is compacted', async () => {
    const { log, made } = bed();
    await log.configure('changes', { compact: true });
    const finals = new Map<string, Json>();
    for (let round = 0; round < 6; round++) {
      const events = numbered(140).map(({ key }, n) => ({ key, value: { n: round * 1000 + n } }));
      await log.append('changes', events);
      for (const { key, value } of events) finals.set(key, value);
      const [, ...reads] = await Promise.all([
        made.keep(),
        ...[3, 50, 500].map((n) => readAll(log, 'changes', n)),
      ]);
      for (const read of reads) assert.deepEqual(last(read), finals);
    }
  });

  it('holds the last event of each key through any series of appends, compactions and restarts', async () => {
    const put = fc.tuple(fc.nat(9), fc.option(fc.nat(999)));
    const step = fc.oneof(
      fc.array(put, { maxLength: 60 }),
      fc.constantFrom('keep' as const, 'reopen' as const),
    );
    let topics = 0;
    const run = async (topic: string, one: Step, model: Map<string, Json>): Promise<void> => {
      await bed().log.configure(topic, { compact: true, tombstoneMs: -1 });
      if (one === 'keep') return bed().made.keep();
      if (one === 'reopen') return bed().reopen();
      const events = one.map(([k, value]) => ({ key: `key-${k}`, value }));
      await bed().log.append(topic, events);
      for (const { key, value } of events) model.set(key, value);
    };
    const living = (model: ReadonlyMap<string, Json>): Map<string, Json> =>
      new Map([...model].filter(([, value]) => value !== null));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const topic = `series-${topics++}`;
        const model = new Map<string, Json>();
        for (const one of steps) await run(topic, one, model);
        assert.deepEqual(living(last(await readAll(bed().log, topic, 9))), living(model));
      }),
      { numRuns: 25 },
    );
  });

  it('keeps appending while old events leave', async () => {
    const { log, made } = bed();
    await log.configure('changes', { retainBytes: 4000 });
    const appends = Array.from({ length: 40 }, () => log.append('changes', numbered(30, one)));
    await Promise.all([...appends, made.keep(), made.keep()]);
    const [{ partition } = { partition: 0 }] = await log.append('changes', numbered(1, one));
    await made.keep();
    assert.equal(await log.end('changes', partition), 1201);
    const start = await log.start('changes', partition);
    assert.ok(start > 0);
    const offsets = (await readAll(log, 'changes')).map(({ offset }) => offset);
    assert.deepEqual(
      offsets,
      Array.from({ length: 1201 - start }, (_, i) => start + i),
    );
  });
}
