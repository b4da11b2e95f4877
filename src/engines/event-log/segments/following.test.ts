import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock } from '#kernel/clock';
import { ConflictError, UnavailableError } from '#kernel/errors';
import type { EventLog } from '../port.ts';
import { openSegmentLog, type SegmentLog, type SegmentLogOptions } from '../segments.ts';

const filler = 'x'.repeat(900);
const upTo = (end: number, from = 0): number[] => Array.from({ length: end - from }, (_, i) => from + i);
const append = (log: EventLog, from: number, count: number): Promise<unknown> =>
  log.append(
    'changes',
    upTo(from + count, from).map((n) => ({ key: 'k', value: { n, filler } })),
  );
const read = async (log: EventLog, offset = 0, limit = 100_000): Promise<unknown[]> =>
  (await log.read('changes', 0, offset, limit)).map(({ value }) => (value as { n: number }).n);

describe('openSegmentLog, beside other processes and its own tidying', () => {
  let root: string;
  let folders = 0;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'pinakes-log-'));
  });
  after(() => rm(root, { recursive: true }));

  const fresh = (): string => path.join(root, `${folders++}`);
  const openIn = (folder: string, options: Partial<SegmentLogOptions> = {}): Promise<SegmentLog> =>
    openSegmentLog({ folder, clock: systemClock, durability: 'process', partitions: 1, ...options });
  const filesOf = async (folder: string, ending: string): Promise<string[]> => {
    const names = await readdir(path.join(folder, 'changes', '0'));
    return names
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => path.join(folder, 'changes', '0', name));
  };

  it('lets one process append at a time, and says so', async () => {
    const folder = fresh();
    const log = await openIn(folder);
    await assert.rejects(openIn(folder), ConflictError);
    const follower = await openIn(folder, { follow: true });
    await assert.rejects(append(follower, 0, 1), UnavailableError);
    await log.close();
    await follower.close();
    await (await openIn(folder)).close();
  });

  it('lets followers read what is acknowledged, over all segments, and hear of more', async () => {
    const folder = fresh();
    const log = await openIn(folder, { segmentBytes: 20_000 });
    const follower = await openIn(folder, { follow: true });
    const heard = Promise.withResolvers<void>();
    assert.deepEqual(await read(follower), []);
    follower.onAppend((topic) => topic === 'changes' && heard.resolve());
    for (let n = 0; n < 200; n += 10) await append(log, n, 10);
    await heard.promise;
    while ((await follower.end('changes', 0)) < 200) await nextTurn();
    assert.deepEqual(await read(follower), upTo(200));
    assert.deepEqual(await read(follower, 57, 99), upTo(156, 57));
    assert.deepEqual(await read(follower, 3, 4), upTo(7, 3));
    await follower.close();
    await log.close();
  });

  it('lets followers read on while segments leave and are compacted under them', async () => {
    const folder = fresh();
    const log = await openIn(folder, { segmentBytes: 20_000 });
    const follower = await openIn(folder, { follow: true });
    await log.configure('changes', { compact: true, retainBytes: 100_000 });
    for (let n = 0; n < 600; n += 50) {
      await append(log, n, 50);
      while ((await follower.end('changes', 0)) < n + 50) await nextTurn();
      const [, numbers] = await Promise.all([log.keep(), read(follower)]);
      assert.equal(numbers.at(-1), n + 49);
    }
    await follower.close();
    await log.close();
  });

  it('does without what a compaction that was cut short left behind', async () => {
    const folder = fresh();
    const log = await openIn(folder, { segmentBytes: 20_000 });
    await append(log, 0, 100);
    await log.configure('changes', { compact: true });
    const before = await filesOf(folder, '.log');
    const contents = await Promise.all(before.map((file) => readFile(file)));
    await log.keep();
    const after = await read(log);
    await log.close();
    // All files of before are there again, and one that was never finished.
    for (const [i, file] of before.entries()) {
      if (i < before.length - 1) await writeFile(file, contents[i] ?? '');
    }
    await writeFile(`${before[0]}.tmp`, 'torn');
    const again = await openIn(folder, { segmentBytes: 20_000 });
    assert.deepEqual(await read(again), after);
    assert.equal((await filesOf(folder, '.tmp')).length, 0);
    await append(again, 100, 1);
    assert.equal((await read(again)).at(-1), 100);
    await again.close();
  });

  it('waits with appends while too much is on its way to the disk', async () => {
    const log = await openIn(fresh(), { unflushedBytes: 3000 });
    const appends = Array.from({ length: 30 }, (_, n) => append(log, n, 1));
    await Promise.all([...appends, append(log, 30, 20)]);
    assert.deepEqual(await read(log), upTo(50));
    await log.close();
  });
});
