import { after, before } from 'node:test';
import type { Clock } from '#kernel/clock';
import { type MariadbServer, startMariadb } from '../../../test/support/mariadb.ts';
import { describeShards } from './contract.ts';
import { openMysqlShards } from './mysql.ts';

let primary: MariadbServer | undefined;
let replica: MariadbServer | undefined;
let places = 0;

/** An empty place on the servers. The replica is asked so often that it answers whatever it has. */
async function place() {
  places += 1;
  const prefix = `r${places}`;
  const servers = { primary: primary?.url ?? '', replicas: [replica?.url ?? ''] };
  return {
    open: (clock: Clock) => openMysqlShards({ ...servers, count: 8, prefix, clock, lookMs: 2 }),
    remove: async () => undefined,
  };
}

before(async () => {
  primary = await startMariadb();
  replica = await startMariadb({ replicaOf: primary });
});
after(async () => {
  await replica?.stop();
  await primary?.stop();
});

describeShards('MySQL shards with a replica', place);
