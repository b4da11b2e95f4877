import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openMysqlShards } from '#engines/shards/mysql';
import type { Change } from '#engines/shards/port';
import { system } from '#kernel/actor';
import { UnavailableError } from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import { BackupBed, shardCount } from '../../../test/support/backup-bed.ts';
import { type MariadbServer, startMariadb } from '../../../test/support/mariadb.ts';

const person = (local: number): Id => encodeId({ shard: local % shardCount, type: objectTypes.user, local });

describe('restoring the shards of a destroyed server', () => {
  let server: MariadbServer;
  let bed: BackupBed;
  before(async () => {
    server = await startMariadb();
    bed = await BackupBed.open((_folder, clock) =>
      openMysqlShards({ primary: server.url, count: shardCount, clock }),
    );
  });
  after(async () => {
    await bed.close();
    await server.stop();
  });

  const add = async (from: number, count: number): Promise<void> => {
    for (let n = from; n < from + count; n += 1) {
      const data = { name: `Person ${n} ü 🧶`, displayName: '', role: 'member' };
      const follower: Change = {
        kind: 'link',
        ...{ mapping: 'user_has_follower', from: person(n), to: person(n + 1), sequence: n },
      };
      const changes: Change[] = [{ kind: 'put', id: person(n), data, expect: 0 }, follower];
      await bed.store.commit(system, { shard: n % shardCount, changes });
      await bed.store.claim(system, 'user-name', data.name.toLowerCase(), person(n));
      bed.clock.advance(10);
    }
  };
  const everything = () => Promise.all(Array.from({ length: shardCount }, (_, n) => bed.rows(n)));

  it('brings an empty one in its place to the last commit that the log holds', async () => {
    const folder = bed.backupFolder();
    await add(1, 200);
    await bed.backups.backup(folder);
    await add(201, 100);
    await bed.store.commit(system, { shard: 1, changes: [{ kind: 'remove', id: person(5) }] });
    await bed.store.release(system, 'user-name', 'person 5 ü 🧶', person(5));
    await bed.relay();
    const expected = await everything();
    await server.kill();
    await assert.rejects(bed.shards.getMany([person(1)]), UnavailableError);
    await bed.stopped(async () => {
      await server.stop();
      server = await startMariadb();
    });
    const report = await bed.backups.restore({ folder });
    assert.deepEqual([report.shards, report.commits, report.problems], [4, 101, []]);
    const found = await everything();
    // The name that was given up since the backup may be taken by whoever wants it, as one that nobody holds.
    for (const rows of found)
      rows['claims'] = rows['claims']?.filter(({ key }) => key[1] !== 'person 5 ü 🧶') ?? [];
    assert.deepEqual(found, expected);
    assert.deepEqual(await bed.shards.verify(), []);
    await add(301, 4);
  });

  it('undoes what was done by mistake', async () => {
    const folder = bed.backupFolder('second');
    await bed.backups.backup(folder);
    const until = bed.clock.now();
    bed.clock.advance(1);
    for (const n of [10, 11, 12, 13])
      await bed.store.commit(system, { shard: n % shardCount, changes: [{ kind: 'remove', id: person(n) }] });
    const { undone } = await bed.backups.restore({ folder, shards: [0, 1, 2, 3], until });
    assert.equal(undone, 4);
    const back = await bed.shards.getMany([10, 11, 12, 13].map(person));
    assert.equal(back.size, 4);
    for (const { version } of back.values()) assert.equal(version, 3);
  });

  it('brings an empty one in its place back from the log alone, without any backup', async () => {
    await bed.relay();
    const expected = await everything();
    await bed.stopped(async () => {
      await server.stop();
      server = await startMariadb();
    });
    const report = await bed.backups.recover({ since: 0 });
    assert.ok(
      report.shards.every(({ outcome, problems }) => outcome === 'recovered' && problems.length === 0),
    );
    const found = await everything();
    const withoutClaims = (all: typeof found) => all.map(({ claims: _, ...rows }) => rows);
    assert.deepEqual(withoutClaims(found), withoutClaims(expected));
    // Names are claimed again by those who are there.
    const [owner] = (await bed.shards.claimed('user-name', ['person 7 ü 🧶'])).values();
    assert.equal(owner, person(7));
    assert.deepEqual(await bed.shards.verify(), []);
    const again = await bed.backups.recover({ since: 0 });
    assert.ok(again.shards.every(({ outcome }) => outcome === 'whole'));
    await add(401, 4);
  });
});
