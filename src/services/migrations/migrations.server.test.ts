/** Shards moved between folders, MariaDB and TiDB's layout while people work. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BackendSpec } from '#engines/shards/topology';
import { backendOf } from '#engines/shards/topology-ranges';
import { type MariadbServer, startMariadb } from '../../../test/support/mariadb.ts';
import { MigrationBed } from '../../../test/support/migration-bed.ts';
import { spread } from '../../../test/support/router-bed.ts';
import { ShardLoad } from '../../../test/support/shard-load.ts';
import { startTidb, type TidbServer } from '../../../test/support/tidb.ts';
import type { Span } from './contract.ts';

const all = [0, 1, 2, 3];

/** Engines on a server, or in a folder. */
const onMysql = ({ url }: { url: string }): BackendSpec => ({ kind: 'mysql', primary: url, replicas: [] });
const onTidb = ({ url }: { url: string }): BackendSpec => ({ kind: 'tidb', url });
const inFolder: BackendSpec = { kind: 'sqlite', folder: 'again' };

/** Which engine each shard is in. */
const places = ({ router }: MigrationBed): string[] =>
  all.map((shard) => backendOf(router.topology, shard) ?? '');

/** Moves shards, people at work, and ends the migration; answers where they are. */
async function moves(
  bed: MigrationBed,
  load: ShardLoad,
  request: { to: BackendSpec; name: string; shards?: readonly Span[] },
): Promise<string[]> {
  const { name } = request;
  load.start();
  await bed.migrations.start({ ...request, auto: true });
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
  return places(bed);
}

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

  const together = async (to: BackendSpec, name: string) =>
    assert.equal(new Set(await moves(bed, load, { to, name })).size, 1);

  it('move from files to MariaDB', () => together(onMysql(mariadb), 'to-mariadb'));
  it('move from MariaDB to the layout of TiDB', () => together(onTidb(tidb), 'to-tidb'));
  it('move from the layout of TiDB to files', () => together(inFolder, 'to-files'));

  it('come back from MariaDB with what was written there', async () => {
    load.start();
    await bed.migrations.start({ to: onMysql(mariadb), name: 'there', auto: true });
    await bed.migrations.settled('there');
    await load.more(50);
    await bed.migrations.rollback('there');
    const { phase } = await bed.migrations.settled('there');
    assert.equal(phase, 'rolled-back');
    await load.stop();
    await load.check();
  });

  it('stay writable when the server dies in the middle, and go on when it is back', async () => {
    await bed.migrations.start({ to: onMysql(mariadb), name: 'broken' });
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

describe('shards on two servers', () => {
  let servers: [MariadbServer, MariadbServer];
  let bed: MigrationBed;
  let load: ShardLoad;
  before(async () => {
    servers = await Promise.all([startMariadb(), startMariadb()]);
    bed = await MigrationBed.make(spread(1, all.length));
    load = new ShardLoad(bed.router, 12, all, 1);
    await load.work(40);
  });
  after(async () => {
    await bed.remove();
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('move from files to the layout of TiDB', async () => {
    const [first, ...others] = await moves(bed, load, { to: onTidb(servers[0]), name: 'to-tidb' });
    assert.deepEqual(new Set(others), new Set([first]));
  });

  it('move from the layout of TiDB to MariaDB', async () => {
    const [first, ...others] = await moves(bed, load, { to: onMysql(servers[0]), name: 'to-mariadb' });
    assert.deepEqual(new Set(others), new Set([first]));
  });

  it('move one by one to another server, the others staying where they are', async () => {
    const before = places(bed);
    const shards = [{ from: 2, through: 2 }];
    const after = await moves(bed, load, { to: onMysql(servers[1]), name: 'one', shards });
    assert.notEqual(after[2], before[2]);
    assert.deepEqual(after.toSpliced(2, 1), before.toSpliced(2, 1));
  });

  it('move back from MariaDB to files', async () => {
    const [first, ...others] = await moves(bed, load, { to: inFolder, name: 'to-files' });
    assert.deepEqual(new Set(others), new Set([first]));
  });
});
