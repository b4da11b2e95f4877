import { after, before, describe } from 'node:test';
import { shardedQueue } from '../../../test/support/job-shards.ts';
import { type MariadbServer, startMariadb } from '../../../test/support/mariadb.ts';
import { describeQueue } from './contract.ts';
import { openMysqlQueue } from './mysql.ts';

describe('openShardedQueue over servers', () => {
  const servers: MariadbServer[] = [];
  let databases = 0;
  before(async () => {
    servers.push(await startMariadb(), await startMariadb());
  });
  after(() => Promise.all(servers.map((server) => server.stop())));

  describeQueue('honours the queue contract', async (clock) => {
    databases += 1;
    const database = `queue_${databases}`;
    return shardedQueue(2, clock, (number) =>
      openMysqlQueue({ url: servers[number]?.url ?? '', database, clock, number }),
    );
  });
});
