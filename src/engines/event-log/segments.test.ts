import assert from 'node:assert/strict';
import { constants } from 'node:fs';
import {
  appendFile,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { systemClock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { fileCalls } from '../../../test/support/file-calls.ts';
import { killAfter } from '../../../test/support/kill-after.ts';
import { describeEventLog } from './contract.ts';
import type { EventLog } from './port.ts';
import { AppendFile } from './segments/append-file.ts';
import { partitionsOf } from './segments/layout.ts';
import { openSegmentLog, type SegmentLog, type SegmentLogOptions } from './segments.ts';

const filler = 'x'.repeat(900);

describe('openSegmentLog', () => {
  let root: string;
  let folders = 0;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'pinakes-log-'));
  });
  after(() => rm(root, { recursive: true }));

  const fresh = (): string => path.join(root, `${folders++}`);
  const openIn = (folder: string, options: Partial<SegmentLogOptions> = {}): Promise<SegmentLog> =>
    openSegmentLog({ folder, clock: systemClock, durability: 'process', partitions: 1, ...options });
  const append = (log: EventLog, from: number, count: number): Promise<unknown> =>
    log.append(
      'changes',
      Array.from({ length: count }, (_, i) => ({ key: 'k', value: { n: from + i, filler } })),
    );
  const read = async (log: EventLog, offset = 0, limit = 100_000): Promise<unknown[]> =>
    (await log.read('changes', 0, offset, limit)).map(({ value }) => (value as { n: number }).n);
  const upTo = (end: number, from = 0): number[] => Array.from({ length: end - from }, (_, i) => from + i);
  const filesOf = async (folder: string, ending: string): Promise<string[]> => {
    const names = await readdir(path.join(folder, 'changes', '0'));
    return names
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => path.join(folder, 'changes', '0', name));
  };

  it('gives all who keep up the same events, whatever part of them they ask for', async () => {
    const log = await openIn(fresh());
    await append(log, 0, 5);
    const whole = await log.read('changes', 0, 0, 100);
    const part = await log.read('changes', 0, 2, 2);
    assert.deepEqual(
      part.map(({ offset }) => offset),
      [2, 3],
    );
    assert.ok(part.every((event, at) => event === whole[at + 2]));
    await log.close();
  });

  it('writes and syncs in one call where the system can', {
    skip: constants.O_DSYNC === undefined,
  }, async () => {
    const calls: number[] = [];
    for (const durability of ['process', 'power'] as const) {
      const file = await AppendFile.open(path.join(root, `appended-${durability}`), durability);
      calls.push(await fileCalls(() => file.append(Buffer.from('event'))));
      await file.close();
    }
    assert.equal(calls[0], calls[1]);
  });

  for (const durability of ['process', 'power'] as const) {
    describeEventLog(`honours the event log contract under ${durability}`, async (clock) => {
      const folder = fresh();
      const options = { folder, durability, segmentBytes: 2000, heartbeatMs: 100, sessionMs: 2000 };
      const make = (): Promise<SegmentLog> => openSegmentLog({ ...options, clock });
      let log = await make();
      const reopen = async (): Promise<EventLog> => {
        await log.close();
        log = await make();
        return log;
      };
      const child = `import { openSegmentLog } from '${new URL('./segments.ts', import.meta.url)}';
        const clock = { now: () => Date.now() };
        const log = await openSegmentLog({ ...${JSON.stringify(options)}, clock, follow: true });`;
      return { log, reopen, keep: () => log.keep(), child };
    });
  }

  it('begins a new segment when one is full, and reads over all of them', async () => {
    const folder = fresh();
    let log = await openIn(folder, { segmentBytes: 20_000 });
    for (let n = 0; n < 200; n += 10) await append(log, n, 10);
    const files = await filesOf(folder, '.log');
    assert.equal(files.length, 10);
    for (const file of files) assert.ok((await stat(file)).size <= 20_000);
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(await read(log), upTo(200));
      assert.deepEqual(await read(log, 57, 99), upTo(156, 57));
      await log.close();
      log = await openIn(folder, { segmentBytes: 20_000 });
    }
    await log.close();
  });

  it('reads on from any offset, whether from memory or from files', async () => {
    const folder = fresh();
    const log = await openIn(folder, { segmentBytes: 500_000 });
    for (let n = 0; n < 3000; n += 100) await append(log, n, 100);
    await fc.assert(
      fc.asyncProperty(fc.nat(3100), fc.integer({ min: 1, max: 700 }), async (offset, limit) => {
        assert.deepEqual(
          await read(log, offset, limit),
          upTo(Math.max(offset, Math.min(3000, offset + limit)), offset),
        );
      }),
      { numRuns: 60 },
    );
    await log.close();
  });

  it('reads while others append, without gaps or repetitions', async () => {
    const log = await openIn(fresh(), { segmentBytes: 50_000 });
    const writing = (async () => {
      for (let n = 0; n < 1000; n += 20) await append(log, n, 20);
    })();
    const seen: unknown[] = [];
    while (seen.length < 1000) {
      seen.push(...(await read(log, seen.length, 37)));
      await nextTurn();
    }
    await writing;
    assert.deepEqual(seen, upTo(1000));
    await log.close();
  });

  /** A log of 60 events whose index on disk covers none or some of them, closed. */
  const closedLog = async (): Promise<{ folder: string; file: string; size: number }> => {
    const folder = fresh();
    const log = await openIn(folder);
    await append(log, 0, 60);
    await log.close();
    const [file = ''] = await filesOf(folder, '.log');
    return { folder, file, size: (await stat(file)).size };
  };

  it('cuts off a torn end, wherever it was torn, and goes on', async () => {
    for (const cut of [1, 7, 8, 9, 500, 900]) {
      const { folder, file, size } = await closedLog();
      await truncate(file, size - cut);
      const log = await openIn(folder);
      assert.deepEqual(await read(log), upTo(59));
      await append(log, 59, 5);
      assert.deepEqual(await read(log), upTo(64));
      await log.close();
      const again = await openIn(folder);
      assert.deepEqual(await read(again), upTo(64));
      await again.close();
    }
  });

  it('cuts off what is no event behind the last one', async () => {
    const zeros = Buffer.alloc(5000);
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256));
    for (const junk of [zeros, noise, Buffer.from([1])]) {
      const { folder, file, size } = await closedLog();
      await appendFile(file, junk);
      const log = await openIn(folder);
      assert.deepEqual(await read(log), upTo(60));
      assert.equal((await stat(file)).size, size);
      await log.close();
    }
  });

  it('cuts off a whole event whose offset does not follow', async () => {
    const { folder, file, size } = await closedLog();
    const first = (await readFile(file)).subarray(0, size / 60);
    await appendFile(file, first);
    const log = await openIn(folder);
    assert.deepEqual(await read(log), upTo(60));
    assert.equal((await stat(file)).size, size);
    await log.close();
  });

  it('does without an index that is missing, torn, altered or ahead of its segment', async () => {
    const { folder, file } = await closedLog();
    const [index = ''] = await filesOf(folder, '.index');
    const whole = await readFile(index);
    const altered = Buffer.from(whole);
    altered.writeUInt8(altered.readUInt8(20) ^ 1, 20);
    for (const content of [Buffer.alloc(0), whole.subarray(0, 24), altered, undefined]) {
      await (content ? writeFile(index, content) : rm(index));
      const log = await openIn(folder);
      assert.deepEqual(await read(log, 40), upTo(60, 40));
      await log.close();
    }
    await writeFile(index, whole);
    await truncate(file, 10_000);
    const log = await openIn(folder);
    const left = await read(log);
    assert.deepEqual(left, upTo(left.length));
    assert.ok(left.length > 5);
    await log.close();
  });

  it('tells of an event that is damaged on disk instead of giving it out', async () => {
    const { folder, file, size } = await closedLog();
    const handle = await open(file, 'r+');
    const middle = Math.floor(size / 2);
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, middle);
    await handle.write(Buffer.from([buffer.readUInt8(0) ^ 0xff]), 0, 1, middle);
    await handle.close();
    const log = await openIn(folder);
    assert.deepEqual(await read(log, 0, 20), upTo(20));
    await assert.rejects(read(log), UnavailableError);
    await log.close();
  });

  it('is made once when many open it for the first time together', async () => {
    const folder = fresh();
    const wanted = Array.from({ length: 20 }, (_, i) => i + 1);
    const counts = await Promise.all(wanted.map((partitions) => partitionsOf(folder, partitions)));
    assert.equal(new Set(counts).size, 1);
    assert.deepEqual(await readdir(folder), ['format.json']);
  });

  it('keeps the number of partitions that a log was made with', async () => {
    const folder = fresh();
    await (await openIn(folder, { partitions: 3 })).close();
    const log = await openIn(folder, { partitions: 8 });
    assert.equal(log.partitions, 3);
    await log.close();
  });

  /** A child that appends and commits as fast as it can, printing what was acknowledged. */
  const busyChild = (folder: string): string => `
    import { openSegmentLog } from '${new URL('./segments.ts', import.meta.url)}';
    import { writeSync } from 'node:fs';
    const clock = { now: () => Date.now() };
    const options = { folder: ${JSON.stringify(folder)}, clock, durability: 'process' };
    const log = await openSegmentLog({ ...options, partitions: 4, segmentBytes: 100_000 });
    const write = async (key, size) => {
      for (;;) {
        const value = { n: Math.random(), filler: 'x'.repeat(Math.random() * size) };
        const [{ partition, offset }] = await log.append('changes', [{ key, value }, { key, value: value.n }]);
        writeSync(1, JSON.stringify({ partition, offset, n: value.n }) + '\\n');
        await log.commit(key, 'changes', partition, offset);
        writeSync(1, JSON.stringify({ key, partition, committed: offset }) + '\\n');
      }
    };
    for (let i = 0; i < 12; i++) write('key-' + i, i === 0 ? 200_000 : 2000);`;

  interface Appended {
    readonly partition: number;
    readonly offset: number;
    readonly n: number;
  }

  /** Checks that the log holds what was said to be in it, and nothing torn or out of order. */
  const requireWhole = async (log: EventLog, said: readonly Appended[]): Promise<void> => {
    for (const { partition, offset, n } of said) {
      const events = await log.read('changes', partition, offset, 2);
      const [event, twin] = events.map(({ value }) => value as JsonObject | number);
      assert.deepEqual([(event as JsonObject)['n'], twin], [n, n]);
    }
    for (let partition = 0; partition < log.partitions; partition++) {
      const all = await log.read('changes', partition, 0, 1_000_000);
      assert.deepEqual(
        all.map(({ offset }) => offset),
        upTo(await log.end('changes', partition)),
      );
    }
  };

  it('keeps every acknowledged event of a process that is killed, again and again', async () => {
    const folder = fresh();
    const said: Appended[] = [];
    for (let round = 0; round < 5; round++) {
      const facts = (await killAfter(busyChild(folder), 300 + 61 * round)).map((line) => JSON.parse(line));
      said.push(...facts.filter((fact) => 'n' in fact));
      const log = await openIn(folder, { segmentBytes: 100_000 });
      await requireWhole(log, said);
      for (const { key, partition, committed } of facts.filter((fact) => 'committed' in fact)) {
        assert.ok((await log.committed(key, 'changes', partition)) >= committed);
      }
      await log.close();
    }
    assert.ok((await filesOf(folder, '.log')).length > 1);
  });
});
