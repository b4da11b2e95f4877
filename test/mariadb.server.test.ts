import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type MariadbServer, startMariadb } from './support/mariadb.ts';

describe('MariaDB servers for tests', () => {
  let primary: MariadbServer;
  let replica: MariadbServer;
  before(async () => {
    primary = await startMariadb();
    await primary.query('create database a');
    await primary.query('create table a.numbers (n int primary key)');
    replica = await startMariadb({ replicaOf: primary });
  });
  after(() => Promise.all([replica.stop(), primary.stop()]));

  const numbers = async (server: MariadbServer) =>
    (await server.query('select n from a.numbers order by n')).map(({ n }) => n);

  it('replicate what was written before and after the replica started', async () => {
    await primary.query('insert into a.numbers values (1)');
    await replica.catchUp(primary);
    assert.deepEqual(await numbers(replica), [1]);
  });

  it('keep their data over a kill, and replicas go on where they were', async () => {
    await replica.kill();
    await primary.query('insert into a.numbers values (2)');
    await primary.kill();
    await primary.start();
    await replica.start();
    await primary.query('insert into a.numbers values (3)');
    await replica.catchUp(primary);
    assert.deepEqual(await numbers(replica), [1, 2, 3]);
  });

  it('stand still and go on', async () => {
    primary.pause();
    const answer = numbers(primary);
    const first = await Promise.race([answer.then(() => 'answered'), numbers(replica).then(() => 'replica')]);
    assert.equal(first, 'replica');
    primary.resume();
    assert.deepEqual(await answer, [1, 2, 3]);
  });
});
