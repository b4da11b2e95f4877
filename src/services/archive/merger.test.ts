import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { LoggedEvent } from '#engines/event-log/port';
import { actionsTopic } from '#services/actions/contract';
import { ArchiveBed } from '../../../test/support/archive-bed.ts';
import { overriding } from '../../../test/support/overriding.ts';
import { type Archive, archiveGroup } from './contract.ts';

const hour = 60 * 60 * 1000;
/** After this, what happened before is merged. */
const restMs = 2 * hour;

describe('merging', () => {
  let bed: ArchiveBed;
  let archive: Archive;
  beforeEach(async () => {
    bed = await ArchiveBed.open(3);
    archive = bed.archive();
  });
  afterEach(() => bed.close());

  const readAll = (from: Parameters<Archive['read']>[2] = { offset: 0 }): Promise<LoggedEvent[][]> =>
    Promise.all(
      Array.from({ length: bed.log.partitions }, async (_, partition) =>
        (await Array.fromAsync(archive.read(actionsTopic, partition, from))).flat(),
      ),
    );
  async function assertSound(files: number): Promise<void> {
    const found = await archive.verify();
    assert.deepEqual(found.problems, []);
    assert.equal(found.files, files);
    assert.equal(found.compared, found.events);
    assert.deepEqual(await readAll(), await bed.logged(actionsTopic));
  }
  /** Acts in some hours, archived in two pieces each. */
  async function actFor(hours: number, from = 0): Promise<void> {
    for (let n = 0; n < hours; n++) {
      for (const half of [0, 1]) {
        await bed.act(20, from + n * 40 + half * 20);
        await archive.run({ open: true });
      }
      bed.clock.advance(hour);
    }
  }

  it('makes one file of an hour’s small ones, once it is long over', async () => {
    await actFor(2);
    await assertSound(12);
    assert.equal((await archive.run()).merged, 0);
    bed.clock.advance(restMs);
    assert.deepEqual([(await archive.run()).merged, (await archive.run()).merged], [12, 0]);
    await assertSound(2);
    for (const name of await bed.names())
      assert.match(name, /\/hr=1\d\/actions-merged(-[012]_\d+_\d+){3}\.parquet$/);
  });

  it('reads merged files from an offset, or from a moment on', async () => {
    await actFor(1);
    const middle = bed.clock.now();
    await actFor(2, 40);
    bed.clock.advance(restMs);
    await archive.run();
    const all = await bed.logged(actionsTopic);
    const later = all.map((some) => some.filter(({ at }) => at >= middle));
    assert.deepEqual(await readAll({ at: middle }), later);
    assert.deepEqual(
      await readAll({ offset: 9 }),
      all.map((some) => some.slice(9)),
    );
    assert.deepEqual(await archive.extent(actionsTopic, 1), { first: 0, next: all[1]?.length });
  });

  it('takes into a merged file what was logged with a time of its hour later', async () => {
    await actFor(1);
    bed.clock.advance(restMs);
    await bed.act(20, 100);
    await archive.run({ open: true });
    bed.clock.advance(-restMs - hour);
    await bed.act(20, 200);
    bed.clock.advance(3 * restMs);
    await archive.run({ open: true });
    await assertSound(2);
  });

  it('leaves what is not committed, and what is large, as it is', async () => {
    await actFor(1);
    bed.clock.advance(restMs);
    const names = await bed.names();
    const large = overriding(bed.store, {
      async *list(prefix) {
        for await (const file of bed.store.list(prefix)) yield { ...file, bytes: 1e9 };
      },
    });
    assert.equal((await bed.archive({ store: large }).run()).merged, 0);
    assert.deepEqual(await bed.names(), names);
  });

  it('counts nothing twice where a merge was broken off, and the next run mends it', async () => {
    await actFor(2);
    bed.clock.advance(restMs);
    const dying = overriding(bed.store, { remove: () => Promise.reject(new Error('killed')) });
    await assert.rejects(bed.archive({ store: dying }).run(), /killed/);
    assert.match((await archive.verify()).problems.join('\n'), /a merge was broken off/);
    assert.deepEqual(await readAll(), await bed.logged(actionsTopic));
    const { names } = await archive.mirror();
    assert.equal(names.filter((name) => name.includes('merged')).length, 1);
    assert.equal(names.filter((name) => name.includes('hr=10')).length, 1);
    const [actions] = (await archive.status()).topics.filter(({ topic }) => topic === actionsTopic);
    assert.equal(actions?.archived, 80);
    const { removed } = await archive.run();
    assert.equal(removed, 6);
    await assertSound(2);
  });

  it('takes no file away from a reader that is at work', async () => {
    await actFor(3);
    bed.clock.advance(restMs);
    const reading = archive.read(actionsTopic, 0, { offset: 0 })[Symbol.asyncIterator]();
    const seen = (await reading.next()).value as LoggedEvent[];
    await archive.run();
    for (let step = await reading.next(); !step.done; step = await reading.next()) seen.push(...step.value);
    assert.deepEqual(seen, (await bed.logged(actionsTopic))[0]);
  });

  it('leaves an hour alone of which a file is damaged, and merges the others', async () => {
    await actFor(2);
    bed.clock.advance(restMs);
    const [first = '', second = ''] = await bed.names();
    await copyFile(path.join(bed.store.place, second), path.join(bed.store.place, first));
    const problems = (await archive.verify()).problems.join('\n');
    assert.match(problems, /0005\.parquet holds 7 events instead of 6/);
    const before = (await bed.names()).filter((name) => name.includes('hr=10'));
    await archive.run();
    const after = await bed.names();
    assert.deepEqual(
      after.filter((name) => name.includes('hr=10')),
      before,
    );
    assert.equal(after.filter((name) => name.includes('hr=11')).length, 1);
  });

  it('is adopted by an archiver whose commits were lost', async () => {
    await actFor(2);
    bed.clock.advance(restMs);
    await archive.run();
    const names = await bed.names();
    for (let partition = 0; partition < bed.log.partitions; partition++)
      await bed.log.commit(archiveGroup, actionsTopic, partition, partition * 3);
    assert.ok((await archive.run()).adopted > 0);
    assert.deepEqual(await bed.names(), names);
    await assertSound(2);
  });
});
