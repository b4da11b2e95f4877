import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Person } from '#kernel/actor';
import { UnavailableError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import { silentLog } from '#kernel/log';
import { SavesBed, shardCount } from '../../../test/support/saves-bed.ts';
import type { ImportReport } from './contract.ts';
import { createImports } from './index.ts';

const files = 12;

describe('an import while shards do not answer', () => {
  let folder: string;
  let bed: SavesBed;
  let ada: Person;
  const pictures = new Map<string, Id>();
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-imports-'));
    bed = await SavesBed.open(Math.random);
    ada = await bed.person('ada');
    await mkdir(path.join(folder, 'Kitchens'));
    pictures.clear();
    for (let n = 0; n < files; n += 1) {
      const file = path.join(folder, 'Kitchens', `${n}.jpg`);
      await writeFile(file, '');
      pictures.set(file, await pictureElsewhere());
    }
  });
  afterEach(async () => {
    await bed.close();
    await rm(folder, { recursive: true });
  });

  /** A picture on another shard than ada's. */
  const pictureElsewhere = async (): Promise<Id> => {
    const id = await bed.now.media.add(ada.userId);
    return shardOf(id) === shardOf(ada.userId) ? pictureElsewhere() : id;
  };

  /** Imports the folder; `onTry` hears of every picture that is begun. */
  const importAll = (onTry: (tries: number) => void, pausesMs = [1, 1, 1, 1]): Promise<ImportReport> => {
    let tries = 0;
    const ingestFile = async (_actor: unknown, file: string) => {
      tries += 1;
      onTry(tries);
      const id = pictures.get(file);
      assert.ok(id);
      // Taking it in writes to the picture's shard.
      if (bed.faulty.has(shardOf(id))) throw new UnavailableError('the shard does not answer');
      return { id, signature: '', done: Promise.resolve() };
    };
    const { pins, boards, store } = bed.now;
    const deps = { media: { ingestFile }, pins, boards, store, log: silentLog, inFlight: 3, pausesMs };
    return createImports(deps).importFolder(ada, { folder, boardBy: 'folder' });
  };
  const pinned = async () => {
    await bed.arrive();
    const { items } = await bed.now.pins.byOwner(ada, ada.userId, { limit: 100 });
    return items.length;
  };

  it('loses no picture, and doubles none, when the person’s shard comes back', async () => {
    const report = await importAll((tries) => {
      if (tries === 4) bed.faulty.set(shardOf(ada.userId), 'dark');
      if (tries === files + 4) bed.faulty.heal(shardOf(ada.userId));
    });
    assert.deepEqual([report.imported, report.failed], [files, 0]);
    assert.equal(await pinned(), files);
  });

  it('goes on with pins that are kept by the queue while their shard takes no writes', async () => {
    const report = await importAll((tries) => {
      if (tries === 4) bed.faulty.set(shardOf(ada.userId), 'refuse');
    });
    assert.deepEqual([report.imported, report.failed], [files, 0]);
    bed.faulty.healAll();
    assert.equal(await pinned(), files);
  });

  it('goes on when its first board could not be made at once', async () => {
    bed.faulty.set(shardOf(ada.userId), 'refuse');
    const report = await importAll((tries) => {
      if (tries === 4) bed.faulty.heal(shardOf(ada.userId));
    });
    assert.deepEqual([report.imported, report.failed], [files, 0]);
    assert.equal(await pinned(), files);
  });

  it('says of each picture that could not be taken in to the end, and takes it in another time', async () => {
    for (let shard = 0; shard < shardCount; shard += 1) bed.faulty.set(shard, 'dark');
    const report = await importAll(() => undefined);
    assert.deepEqual([report.imported, report.failed, report.failures.length], [0, files, files]);
    bed.faulty.healAll();
    assert.equal((await importAll(() => undefined)).imported, files);
    assert.equal((await importAll(() => undefined)).skipped, files);
    assert.equal(await pinned(), files);
  });
});
