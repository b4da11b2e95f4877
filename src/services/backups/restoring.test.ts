import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { system } from '#kernel/actor';
import { ConflictError, InvalidInputError, UnsupportedError } from '#kernel/errors';
import { decodeId, encodeId, type Id, objectTypes } from '#kernel/ids';
import type { DeliveredChange } from '#services/events/contract';
import { BackupBed, damageFile } from '../../../test/support/backup-bed.ts';
import { ada, Library, media, pinId, user } from '../../../test/support/backup-library.ts';

describe('restoring shards', () => {
  let bed: BackupBed;
  let library: Library;
  let folder: string;
  beforeEach(async () => {
    bed = await BackupBed.open();
    library = new Library(bed);
    folder = bed.backupFolder();
    await library.begin();
    for (const n of [1, 2, 3]) await library.pin(n);
  });
  afterEach(() => bed.close());
  const destroy = (shard: number) => bed.stopped(() => rm(bed.fileOf(shard)));

  it('brings a destroyed shard back to the last commit that the log holds', async () => {
    await bed.backups.backup(folder);
    await library.rename(1, 'renamed');
    await library.unpin(2);
    await library.pin(4);
    await library.signIn(1);
    await bed.relay();
    const before = await bed.rows(1);
    await destroy(1);
    assert.deepEqual(await bed.rows(1), {});
    const report = await bed.backups.restore({ folder, shards: [1] });
    assert.deepEqual(await bed.rows(1), before);
    assert.deepEqual([report.shards, report.commits, report.undone, report.told], [1, 4, 0, 0]);
    assert.deepEqual(report.problems, []);
    assert.deepEqual(await bed.shards.verify(), []);
    await library.rename(1, 'and again');
  });

  it('loses nothing that the log does not hold yet where the shard can still be read', async () => {
    await bed.backups.backup(folder);
    await library.rename(1, 'renamed');
    const before = await bed.rows(1);
    await bed.backups.restore({ folder, shards: [1] });
    assert.deepEqual(await bed.rows(1), before);
    const told = await bed.relay();
    const renamings = told.filter(({ type }) => type === 'pin.updated');
    assert.equal(renamings.length, 1);
    const places = told.map(({ shard, sequence }) => `${shard}:${sequence}`);
    assert.equal(new Set(places).size, places.length);
  });

  it('tells the log the events of the backup that it does not hold, and those only', async () => {
    await bed.relay();
    await library.pin(4);
    await bed.backups.backup(folder);
    await destroy(1);
    await bed.backups.restore({ folder, shards: [1] });
    const told = (await bed.relay('late')).filter(({ shard }) => shard === 1);
    const created = told.filter(({ type }) => type === 'pin.created').map(({ id }) => decodeId(id).local);
    assert.deepEqual(created.sort(), [1, 2, 3, 4]);
    assert.equal(new Set(told.map(({ sequence }) => sequence)).size, told.length);
  });

  it('says so when commits may be lost with a damaged shard', async () => {
    await bed.backups.backup(folder);
    await bed.stopped(() => writeFile(bed.fileOf(1), 'no database at all, and long enough. '.repeat(99)));
    const { problems } = await bed.backups.restore({ folder, shards: [1] });
    assert.match(problems.join(), /shard 1 could not be read.*lost, if there were any/);
    assert.deepEqual(await library.titles(), ['pin 1', 'pin 2', 'pin 3']);
  });

  it('gives out no id and no sequence a second time', async () => {
    await bed.backups.backup(folder);
    const [given = ada] = await bed.shards.allocate(1, 'pin', 1);
    await library.pin(500);
    const sequence = (await bed.shards.readOutbox(1, 0, 1000)).at(-1)?.sequence ?? 0;
    await bed.relay();
    await destroy(1);
    await bed.backups.restore({ folder, shards: [1] });
    const [next = ada] = await bed.shards.allocate(1, 'pin', 1);
    assert.ok(decodeId(next).local > Math.max(500, decodeId(given).local));
    await library.pin(501);
    const [entry] = await bed.shards.readOutbox(1, 0, 1000);
    assert.ok((entry?.sequence ?? 0) > sequence);
  });

  it('restores an empty installation, and tells a log that knows nothing all there is', async () => {
    const [before, beforeMedia] = [await bed.rows(1), await bed.rows(2)];
    await bed.backups.backup(folder);
    const fresh = await BackupBed.open();
    const report = await fresh.backups.restore({ folder });
    assert.deepEqual(await fresh.rows(1), before);
    assert.deepEqual(await fresh.rows(2), beforeMedia);
    // Ada, her board, the picture, three pins.
    assert.deepEqual([report.shards, report.commits, report.told], [4, 0, 6]);
    const told = await fresh.relay();
    assert.deepEqual(told.map(({ type }) => type).sort(), [
      'board.created',
      'media.created',
      'pin.created',
      'pin.created',
      'pin.created',
      'user.created',
    ]);
    assert.ok(!JSON.stringify(told).includes('hash of ada'));
    assert.deepEqual(await fresh.shards.claimed('user-name', ['ada']), new Map([['ada', ada]]));
    await fresh.close();
  });

  it('restores a shard that a restore without a log made, and what was done to it since', async () => {
    await bed.backups.backup(folder);
    const fresh = await BackupBed.open();
    await fresh.backups.restore({ folder });
    await fresh.relay();
    await new Library(fresh).rename(1, 'renamed here');
    await fresh.relay('somebody');
    const before = await fresh.rows(1);
    await fresh.stopped(() => rm(fresh.fileOf(1)));
    const report = await fresh.backups.restore({ folder, shards: [1] });
    assert.deepEqual([report.told, report.commits], [0, 1]);
    assert.deepEqual(await fresh.rows(1), before);
    await fresh.close();
  });

  it('claims names again that were taken after the backup', async () => {
    await bed.backups.backup(folder);
    const spaces = [
      ['user-name', 'ada', ada],
      ['picture', 'sig', media],
    ] as const;
    for (const [space, key, id] of spaces) await bed.shards.release(space, key, id);
    await bed.backups.restore({ folder, shards: [0] });
    for (const [space, key, id] of spaces)
      assert.deepEqual(await bed.shards.claimed(space, [key]), new Map([[key, id]]));
    assert.deepEqual(await bed.shards.claimed('installation', ['owner']), new Map([['owner', ada]]));
  });

  it('leaves a name with whoever holds it by right, and says so', async () => {
    const bob = encodeId({ shard: 3, type: objectTypes.user, local: 9 });
    await bed.backups.backup(folder);
    await bed.shards.release('user-name', 'ada', ada);
    await bed.shards.claim('user-name', 'ada', bob);
    await bed.store.commit(system, {
      shard: 3,
      changes: [{ kind: 'put', id: bob, data: { ...user, role: 'member' } }],
    });
    const { problems } = await bed.backups.restore({ folder, shards: [2] });
    assert.match(problems.join(), new RegExp(`user ${ada} is without its user-name "ada"`));
    await bed.store.commit(system, { shard: 3, changes: [{ kind: 'remove', id: bob }] });
    assert.deepEqual((await bed.backups.restore({ folder, shards: [2] })).problems, []);
    assert.deepEqual(await bed.shards.claimed('user-name', ['ada']), new Map([['ada', ada]]));
  });

  it('refuses an installation that holds data unless shards are named', async () => {
    await bed.backups.backup(folder);
    const before = await bed.rows(1);
    await assert.rejects(bed.backups.restore({ folder }), ConflictError);
    await assert.rejects(bed.backups.restore({ folder, shards: [4] }), InvalidInputError);
    assert.deepEqual(await bed.rows(1), before);
  });

  it('refuses a damaged backup with nothing changed', async () => {
    await bed.backups.backup(folder);
    await library.rename(1, 'renamed');
    await bed.relay();
    const [before, logged] = [await bed.rows(1), await bed.logged()];
    for (const name of (await readdir(folder)).filter((file) => file.startsWith('shard-00001')))
      await damageFile(path.join(folder, name));
    await assert.rejects(bed.backups.restore({ folder, shards: [0, 1, 2] }), UnsupportedError);
    assert.deepEqual([await bed.rows(1), await bed.logged()], [before, logged]);
    await bed.backups.restore({ folder, shards: [0, 2] });
  });

  it('leaves a shard sealed where it was interrupted, and finishes when it is asked again', async () => {
    await bed.backups.backup(folder);
    await library.pin(4);
    await bed.relay();
    const before = await bed.rows(1);
    const { put } = bed.shards;
    let calls = 0;
    bed.shards.put = async (...args) => {
      calls += 1;
      if (calls > 2) throw new Error('the power went');
      return put.apply(bed.shards, args);
    };
    await assert.rejects(bed.backups.restore({ folder, shards: [1] }), /the power went/);
    bed.shards.put = put;
    assert.equal((await bed.shards.state(1)).seal, 'read-only');
    await bed.backups.restore({ folder, shards: [1] });
    assert.deepEqual(await bed.rows(1), before);
    assert.deepEqual(await bed.shards.state(1), { seal: null, journal: false });
  });

  describe('until a moment', () => {
    /** The present, which is over at once. */
    const moment = (): number => {
      const at = bed.clock.now();
      bed.clock.advance(1);
      return at;
    };
    /** Everything but versions, which only go up. */
    const withoutVersions = async () =>
      JSON.stringify(await bed.rows(1), (key, value) =>
        key === 'value' && value.length === 3 ? value.slice(1) : value,
      );

    const lastVersions = new Map<Id, number>();
    /** Versions only go up, and the last that is told of each pin is how it stands. */
    const assertTold = (told: readonly DeliveredChange[]): void => {
      const last = new Map<Id, string>();
      for (const { type, id, version } of told) {
        assert.ok(version > (lastVersions.get(id) ?? 0), `${type} of ${id}`);
        lastVersions.set(id, version);
        last.set(id, type);
      }
      assert.deepEqual(
        [1, 2, 3, 4].map((n) => last.get(pinId(n))),
        ['pin.created', 'pin.created', 'pin.updated', 'pin.removed'],
      );
    };

    it('brings back what was removed by mistake, and what derives from it follows', async () => {
      await bed.backups.backup(folder);
      await library.rename(1, 'renamed');
      const [until, right] = [moment(), await withoutVersions()];
      for (const n of [1, 2]) await library.unpin(n);
      await library.rename(3, 'by mistake');
      await library.pin(4);
      await bed.relay();
      bed.clock.advance(5000);
      const report = await bed.backups.restore({ folder, shards: [1], until });
      assert.equal(await withoutVersions(), right);
      assert.deepEqual(await library.titles(), ['renamed', 'pin 2', 'pin 3']);
      assert.deepEqual(await library.pinsOfPicture(), [1, 2, 3]);
      assert.ok(report.undone >= 8);
      assertTold((await bed.relay('late')).filter(({ type }) => type.startsWith('pin.')));
      for (const { id, version } of await bed.shards.scan(1, 'pin', 0, 10))
        assert.equal(version, lastVersions.get(id));
    });

    it('can be restored again from the log with what it undid', async () => {
      await bed.backups.backup(folder);
      const until = moment();
      await library.unpin(1);
      await bed.backups.restore({ folder, shards: [1], until });
      await library.rename(2, 'after');
      await bed.relay();
      const before = await bed.rows(1);
      await destroy(1);
      await bed.backups.restore({ folder, shards: [1] });
      assert.deepEqual(await bed.rows(1), before);
    });

    it('brings back no session that ended, and ends those that began', async () => {
      const old = await library.signIn(1);
      await bed.backups.backup(folder);
      const until = moment();
      await library.signOut(old);
      await library.signIn(2);
      await bed.relay();
      await bed.backups.restore({ folder, shards: [1], until });
      const rows = await bed.rows(1);
      assert.equal(rows['object:session'], undefined);
      assert.equal(rows['mapping:user_has_session'], undefined);
    });

    it('keeps pictures, and edges that follow objects of other shards', async () => {
      await bed.backups.backup(folder);
      const until = moment();
      await library.pin(4);
      await bed.relay();
      const before = await bed.rows(2);
      const { undone } = await bed.backups.restore({ folder, shards: [2], until });
      assert.deepEqual(await bed.rows(2), before);
      assert.equal(undone, 0);
    });

    it('refuses a moment before the backup', async () => {
      const until = moment();
      await bed.backups.backup(folder);
      await assert.rejects(
        bed.backups.restore({ folder, shards: [1], until }),
        /must not be before the backup/,
      );
    });
  });
});
