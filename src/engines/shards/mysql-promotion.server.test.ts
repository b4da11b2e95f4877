import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConflictError, InvalidInputError, UnavailableError } from '#kernel/errors';
import { type MariadbServer, startMariadb } from '../../../test/support/mariadb.ts';
import { idOf, put } from './contract-bed.ts';
import { demote, type MysqlSpec, promoteReplica } from './mysql/promote.ts';
import { openMysqlShards } from './mysql.ts';
import { ShardSealedError } from './sealed.ts';
import type { MovableShards } from './transfer.ts';

const pin = idOf(1, 'pin', 1);
let primary: MariadbServer;
let near: MariadbServer;
let far: MariadbServer;
const opened: MovableShards[] = [];

beforeEach(async () => {
  primary = await startMariadb();
  [near, far] = await Promise.all([
    startMariadb({ replicaOf: primary }),
    startMariadb({ replicaOf: primary }),
  ]);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((shards) => shards.close()));
  await Promise.all([primary, near, far].map((server) => server.stop()));
});

const spec = (): MysqlSpec => ({ kind: 'mysql', primary: primary.url, replicas: [far.url, near.url] });
const address = (server: MariadbServer) => new URL(server.url).host;

async function open(at: MysqlSpec): Promise<MovableShards> {
  const shards = await openMysqlShards({ ...at, count: 4 });
  opened.push(shards);
  return shards;
}

/** Writes through a primary; answers the version. */
async function write(at: MysqlSpec): Promise<number | undefined> {
  return (await (await open(at)).commit(1, [put(pin, {})])).get(pin);
}

const variable = async (server: MariadbServer, name: string) =>
  String((await server.query(`select @@${name} as it`))[0]?.['it']);

const versionOn = async (server: MariadbServer) =>
  Number((await server.query('select version from pinakes_00001.pin'))[0]?.['version']);

describe('promoting a replica', () => {
  it('takes the one that has received most, which the others follow', async () => {
    await write(spec());
    await Promise.all([near.catchUp(primary), far.catchUp(primary)]);
    await far.query('stop slave io_thread');
    await write(spec());
    await near.catchUp(primary);
    await primary.kill();
    const promotion = await promoteReplica(spec());
    assert.equal(promotion.isFenced, false);
    assert.deepEqual(promotion.detached, [address(primary)]);
    assert.deepEqual(promotion.spec, {
      kind: 'mysql',
      primary: near.url,
      replicas: [far.url, primary.url],
      serverId: await variable(near, 'server_id'),
    });
    assert.equal(await write(promotion.spec), 3);
    await far.catchUp(near);
    assert.equal(await versionOn(far), 3);
    assert.equal(await variable(far, 'read_only'), '1');
  });

  it('applies what was received, however late it is', async () => {
    await write(spec());
    await near.catchUp(primary);
    await near.query('stop slave sql_thread');
    for (let n = 0; n < 50; n += 1) await write(spec());
    const received = await variable(primary, 'gtid_binlog_pos');
    while ((await near.query('show slave status'))[0]?.['Gtid_IO_Pos'] !== received);
    await primary.kill();
    await near.query('start slave sql_thread');
    await promoteReplica(spec(), address(near));
    assert.equal(await versionOn(near), 51);
  });

  it('is refused where writes would be lost that another replica has, or may have', async () => {
    await write(spec());
    await Promise.all([near.catchUp(primary), far.catchUp(primary)]);
    await far.query('stop slave io_thread');
    await write(spec());
    await near.catchUp(primary);
    await primary.kill();
    await assert.rejects(promoteReplica(spec(), far.url), ConflictError);
    await near.kill();
    await assert.rejects(promoteReplica(spec()), ConflictError);
    assert.equal(await variable(far, 'read_only'), '1');
    // Whoever names it has decided.
    const { spec: next } = await promoteReplica(spec(), far.url);
    assert.equal(await write(next), 2);
  });

  it('is refused for what is no replica, and for one that applies nothing; the primary goes on', async () => {
    await assert.rejects(promoteReplica(spec(), 'elsewhere:3306'), InvalidInputError);
    await far.query('stop slave');
    await write(spec());
    await assert.rejects(promoteReplica(spec(), far.url), /applies nothing/);
    assert.equal(await write(spec()), 2);
  });

  it('needs no more rights than the record names, and read_only holds back who has fewer', async () => {
    const rights = `replica monitor, replication slave admin, replication master admin, read_only admin, connection admin,
      process, reload`;
    for (const [user, more] of [
      ['keeper', rights],
      ['writer', 'replica monitor'],
    ] as const) {
      await primary.query(`create user ${user}@'127.0.0.1' identified by 'secret'`);
      await primary.query(`grant all privileges on \`pinakes\\_%\`.* to ${user}@'127.0.0.1'`);
      await primary.query(`grant ${more} on *.* to ${user}@'127.0.0.1'`);
    }
    const as = (user: string, url: string) => url.replace('root', `${user}:secret`);
    const all = (user: string): MysqlSpec => {
      return { kind: 'mysql', primary: as(user, primary.url), replicas: [as(user, near.url)] };
    };
    const writer = await open(all('writer'));
    await writer.commit(1, [put(pin, {})]);
    await assert.rejects(promoteReplica(all('writer')), UnavailableError);
    assert.equal(await variable(primary, 'read_only'), '0');
    const { spec: next, isFenced } = await promoteReplica(all('keeper'));
    assert.equal(isFenced, true);
    await assert.rejects(writer.commit(1, [put(pin, {})]), ShardSealedError);
    assert.equal(await write({ ...next, primary: as('writer', near.url) }), 2);
  });

  it('goes on where it was broken off', async () => {
    await write(spec());
    await near.catchUp(primary);
    await primary.kill();
    await promoteReplica(spec(), near.url);
    const { spec: next } = await promoteReplica(spec(), near.url);
    assert.equal(await write(next), 2);
  });
});

describe('a server that is not the primary any more', () => {
  it('takes no writes from anybody, nor from those who were let in before', async () => {
    const old = await open(spec());
    await old.commit(1, [put(pin, {})]);
    const { spec: next, isFenced } = await promoteReplica(spec());
    assert.equal(isFenced, true);
    // The user of these tests may write regardless of read_only.
    await assert.rejects(old.commit(1, [put(pin, {})]), ShardSealedError);
    await assert.rejects(write(spec()), ShardSealedError);
    assert.equal(await versionOn(primary), 1);
    assert.equal(await write(next), 2);
  });

  it('is told from the primary at the same address', async () => {
    const serverId = await variable(primary, 'server_id');
    assert.equal(await write({ ...spec(), serverId }), 1);
    await assert.rejects(write({ ...spec(), serverId: '4711' }), ShardSealedError);
    assert.equal(await versionOn(primary), 1);
  });

  it('may be one that was promoted for nothing', async () => {
    const { spec: next } = await promoteReplica(spec());
    await demote(next.primary);
    await assert.rejects(write(next), ShardSealedError);
  });
});
