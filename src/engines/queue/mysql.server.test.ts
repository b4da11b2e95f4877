import { after, before, describe } from 'node:test';
import { type MariadbServer, startMariadb } from '../../../test/support/mariadb.ts';
import { describeQueue } from './contract.ts';
import { openMysqlQueue } from './mysql.ts';

describe('openMysqlQueue', () => {
  let server: MariadbServer;
  let databases = 0;
  before(async () => {
    server = await startMariadb();
  });
  after(() => server.stop());

  describeQueue('honours the queue contract', async (clock) => {
    databases += 1;
    return openMysqlQueue({ url: server.url, database: `queue_${databases}`, clock });
  });
});
