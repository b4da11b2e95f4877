import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { LoggedEvent } from '#engines/event-log/port';
import { ConflictError, UnavailableError } from '#kernel/errors';
import { actionsTopic } from '#services/actions/contract';
import { ArchiveBed, topics } from '../../../test/support/archive-bed.ts';
import { overriding } from '../../../test/support/overriding.ts';
import { type Archive, archiveGroup } from './contract.ts';
import { contentOf } from './names.ts';

const hour = 60 * 60 * 1000;
const nothing = { files: 0, events: 0, adopted: 0, removed: 0, merged: 0 };

describe('the archive', () => {
  let bed: ArchiveBed;
  let archive: Archive;
  beforeEach(async () => {
    bed = await ArchiveBed.open();
    archive = bed.archive();
  });
  afterEach(() => bed.close());

  async function readAll(topic = actionsTopic, from: Parameters<Archive['read']>[2] = { offset: 0 }) {
    const partitions = Array.from({ length: bed.log.partitions }, async (_, partition) =>
      (await Array.fromAsync(archive.read(topic, partition, from))).flat(),
    );
    return Promise.all(partitions);
  }
  const ranges = async () => (await bed.names()).map((name) => contentOf(name)?.ranges[0]);
  async function assertSound(events: number): Promise<void> {
    const found = await archive.verify();
    assert.deepEqual(found.problems, []);
    assert.equal(found.events, events);
    assert.equal(found.compared, events);
  }

  it('takes hours that are over, a minute later, and leaves the present one alone', async () => {
    await bed.act(100);
    bed.clock.advance(hour);
    await bed.act(50, 100);
    assert.deepEqual(await archive.run(), nothing);
    bed.clock.advance(60_000);
    const { files, events } = await archive.run();
    assert.deepEqual([files, events], [2, 100]);
    assert.deepEqual(await archive.run(), nothing);
    await assertSound(100);
  });

  it('takes the present hour too when asked, and goes on behind it', async () => {
    await bed.act(30);
    await archive.run({ open: true });
    await bed.act(30, 30);
    await archive.run({ open: true });
    assert.deepEqual(await readAll(), await bed.logged(actionsTopic));
    assert.equal((await ranges()).length, 4);
    await assertSound(60);
  });

  it('cuts files by events, by characters and at hours, always at the same places', async () => {
    const limited = bed.archive({ limits: { events: 40, chars: 4000 } });
    await bed.act(100);
    bed.clock.advance(hour);
    await bed.act(100, 100);
    await limited.run({ open: true });
    const before = await bed.names();
    assert.ok(before.length > 8);
    for (const partition of [0, 1]) await bed.log.commit(archiveGroup, actionsTopic, partition, 0);
    for (const name of before) await bed.store.remove(name);
    await limited.run({ open: true });
    assert.deepEqual(await bed.names(), before);
    await assertSound(200);
  });

  it('takes a file of the present hour when it is full', async () => {
    const limited = bed.archive({ limits: { events: 20, chars: 1e9 } });
    await bed.act(100);
    await limited.run();
    for (const range of await ranges()) assert.equal((range?.last ?? 0) - (range?.first ?? 0), 19);
    await assertSound((await ranges()).length * 20);
  });

  it('puts an event with a time of an earlier hour into a file of its own', async () => {
    await bed.act(10);
    bed.clock.advance(hour);
    await bed.act(10, 10);
    bed.clock.advance(-hour);
    await bed.act(10, 20);
    await archive.run({ open: true });
    await assertSound(30);
    assert.deepEqual(await readAll(), await bed.logged(actionsTopic));
  });

  it('reads from an offset, or from a moment on, in order', async () => {
    await bed.act(100);
    const middle = bed.clock.now() + 2 * hour;
    bed.clock.advance(2 * hour);
    await bed.act(100, 100);
    await archive.run({ open: true });
    const all = await bed.logged(actionsTopic);
    const later = (event: LoggedEvent) => event.at >= middle;
    assert.deepEqual(
      await readAll(actionsTopic, { at: middle }),
      all.map((some) => some.filter(later)),
    );
    assert.deepEqual(
      await readAll(actionsTopic, { offset: 7 }),
      all.map((some) => some.slice(7)),
    );
    assert.deepEqual(await archive.extent(actionsTopic, 0), { first: 0, next: all[0]?.length });
    assert.equal(await archive.extent('changes', 0), undefined);
  });

  it('adopts a file whose writer died before it could commit', async () => {
    await bed.act(100);
    await archive.run({ open: true });
    const names = await bed.names();
    for (const partition of [0, 1]) await bed.log.commit(archiveGroup, actionsTopic, partition, 0);
    await bed.act(20, 100);
    const { adopted, files } = await archive.run({ open: true });
    assert.deepEqual([adopted, files], [2, 2]);
    assert.deepEqual((await bed.names()).slice(0, 1), names.slice(0, 1));
    await assertSound(120);
  });

  it('writes a damaged file of a dead writer again', async () => {
    await bed.act(100);
    await archive.run({ open: true });
    const [name = ''] = await bed.names();
    await writeFile(path.join(bed.store.place, name), 'torn');
    for (const partition of [0, 1]) await bed.log.commit(archiveGroup, actionsTopic, partition, 0);
    assert.equal((await archive.run({ open: true })).removed, 1);
    await assertSound(100);
  });

  it('leaves nothing in two files when a member that lost its partition wrote a longer one', async () => {
    await bed.act(40);
    const log = overriding(bed.log, {
      async join(...words) {
        const member = await bed.log.join(...words);
        return overriding(member, {
          commit: () => Promise.reject(new ConflictError('the partition is another member’s')),
        });
      },
    });
    const late = bed.archive({ log });
    await bed.act(20, 40);
    await late.run({ open: true });
    assert.equal((await bed.names()).length, 2);
    // Its successor had cut off earlier.
    for (const partition of [0, 1]) await bed.log.commit(archiveGroup, actionsTopic, partition, 5);
    const { removed } = await archive.run({ open: true });
    assert.equal(removed, 2);
    const { problems } = await archive.verify();
    assert.deepEqual(
      problems.map((problem) => problem.includes('offsets 0 to 4 are in no file')),
      [true, true],
    );
  });

  it('finds what is missing, twice there, damaged, foreign or different', async () => {
    const small = bed.archive({ limits: { events: 10, chars: 1e9 } });
    await bed.act(100);
    await small.run({ open: true });
    const [first = '', second = '', third = ''] = await bed.names();
    await bed.store.remove(second);
    const problemsNow = async () => (await archive.verify()).problems.join('\n');
    assert.match(await problemsNow(), /offsets 10 to 19 are in no file/);
    await bed.store.put(second, await copyOf(third));
    assert.match(await problemsNow(), /holds something else at offset 10/);
    await bed.store.remove(second);
    await bed.store.put(first.replace('-00000000000000000009', '-00000000000000000019'), await copyOf(first));
    assert.match(await problemsNow(), /0009\.parquet is in .*0019\.parquet too/);
    assert.match(await problemsNow(), /holds 10 events instead of 20/);
    await bed.store.put('topic=actions/notes.txt', await copyOf(first));
    assert.match(await problemsNow(), /notes.txt is no file of the archive/);
  });

  it('counts on nothing that is before a missing file', async () => {
    const small = bed.archive({ limits: { events: 10, chars: 1e9 } });
    await bed.act(100);
    await small.run({ open: true });
    const whole = await small.extent(actionsTopic, 0);
    const [, second = ''] = await bed.names();
    await bed.store.remove(second);
    assert.deepEqual(await small.extent(actionsTopic, 0), { first: 20, next: whole?.next });
  });

  async function copyOf(name: string): Promise<string> {
    const copy = path.join(bed.folder, 'work', 'copy');
    await copyFile(path.join(bed.store.place, name), copy);
    return copy;
  }

  it('says how far it is, and why it failed', async () => {
    await bed.act(100);
    await archive.run({ open: true });
    await bed.act(10, 100);
    const [changes, actions] = (await archive.status()).topics;
    assert.deepEqual([changes?.topic, changes?.archived, changes?.waiting], [topics[0], 0, 0]);
    assert.deepEqual([actions?.archived, actions?.waiting, actions?.files], [100, 10, 2]);
    assert.ok((actions?.bytes ?? 0) > 1000);
    const store = overriding(bed.store, {
      put: () => Promise.reject(new UnavailableError('the disk is full')),
    });
    const broken = bed.archive({ store });
    await assert.rejects(broken.run({ open: true }), /the disk is full/);
    assert.match((await broken.status()).error ?? '', /the disk is full/);
    await assertSound(100);
  });
});
