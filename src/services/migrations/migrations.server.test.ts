/** Shards moved between folders, MariaDB and TiDB's layout while people work. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BackendSpec } from '#engines/shards/topology';
import { type MariadbServer, startMariadb } from '../../../test/support/mariadb.ts';
import { MigrationBed } from '../../../test/support/migration-bed.ts';
import { spread } from '../../../test/support/router-bed.ts';
import { ShardLoad } from '../../../test/support/shard-load.ts';
import { startTidb, type TidbServer } from '../../../test/support/tidb.ts';

const all = [0, 1, 2, 3];

describe('shards on servers', () => {
  let mariadb: MariadbServer;
  let tidb: TidbServer;
  let bed: MigrationBed;
  let load: ShardLoad;
  before(async () => {
    [mariadb, tidb] = await Promise.all([startMariadb(), startTidb()]);
    bed = await MigrationBed.make(spread(1, all.length));
    load = new ShardLoad(bed.router, 11, all, 1);
    await load.work(40);
  });
  after(async () => {
    await bed.remove();
    await Promise.all([mariadb.stop(), tidb.stop()]);
  });

  /** Moves everything, people at work, and ends the migration. */
  async function moves(to: BackendSpec, name: string): Promise<void> {
    load.start();
    await bed.migrations.start({ to, name, auto: true });
    const { phase } = await bed.migrations.settled(name);
    assert.equal(phase, 'backup');
    await load.more(50);
    await bed.migrations.finish(name, { drop: true });
    await bed.migrations.settled(name);
    await load.more(50);
    await load.stop();
    await load.check();
    const report = await bed.migrations.report(name);
    assert.deepEqual([report.failed, report.differences, report.shadow.different], [0, [], 0]);
    assert.deepEqual(new Set(bed.router.topology.ranges.map(({ backend }) => backend)).size, 1);
  }
  const mysql = (): BackendSpec => ({ kind: 'mysql', primary: mariadb.url, replicas: [] });
  const folder: BackendSpec = { kind: 'sqlite', folder: 'again' };

  it('move from files to MariaDB', () => moves(mysql(), 'to-mariadb'));
  it('move from MariaDB to the layout of TiDB', () => moves({ kind: 'tidb', url: tidb.url }, 'to-tidb'));
  it('move from the layout of TiDB to files', () => moves(folder, 'to-files'));

  it('come back from MariaDB with what was written there', async () => {
    load.start();
    await bed.migrations.start({ to: mysql(), name: 'there', auto: true });
    await bed.migrations.settled('there');
    await load.more(50);
    await bed.migrations.rollback('there');
    const { phase } = await bed.migrations.settled('there');
    assert.equal(phase, 'rolled-back');
    await load.stop();
    await load.check();
  });

  it('stay writable when the server dies in the middle, and go on when it is back', async () => {
    await bed.migrations.start({ to: mysql(), name: 'broken' });
    await bed.migrations.advance('broken');
    await bed.migrations.settled('broken');
    load.start();
    await mariadb.kill();
    await load.more(100);
    await mariadb.start();
    await bed.migrations.advance('broken');
    await bed.migrations.settled('broken');
    await bed.migrations.advance('broken', { percent: 50 });
    await bed.migrations.settled('broken');
    await load.more(50);
    await load.stop();
    await load.check();
    const { differences } = await bed.migrations.report('broken');
    assert.deepEqual(differences, []);
  });

  it('are taken back from before the cutover although the server is gone', async () => {
    await bed.migrations.advance('broken', { percent: 0 });
    assert.equal((await bed.migrations.settled('broken')).moved, 0);
    await mariadb.kill();
    load.start();
    await bed.migrations.rollback('broken');
    const { phase } = await bed.migrations.settled('broken');
    await load.more(20);
    await load.stop();
    await load.check();
    assert.equal(phase, 'rolled-back');
  });
});
