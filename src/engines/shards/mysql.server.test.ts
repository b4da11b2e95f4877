import { after, before } from 'node:test';
import type { Clock } from '#kernel/clock';
import { type MysqlServer, startMysql } from '../../../test/support/mysql.ts';
import { describeShards } from './contract.ts';
import { describeSharing } from './contract-sharing.ts';
import { describeTransfer } from './contract-transfer.ts';
import { openMysqlShards } from './mysql.ts';

let server: MysqlServer | undefined;
let places = 0;

/** An empty place on the server. */
async function place() {
  places += 1;
  const prefix = `p${process.pid}x${places}`;
  const primary = server?.url ?? '';
  return {
    open: (clock: Clock) => openMysqlShards({ primary, count: 8, prefix, clock }),
    remove: async () => {
      const rows = await server?.query(
        `select schema_name as name from information_schema.schemata where schema_name like '${prefix}\\_%'`,
      );
      for (const row of rows ?? []) await server?.query(`drop database ${row['name']}`);
    },
  };
}

before(async () => {
  server = await startMysql();
});
after(() => server?.stop());

describeShards('MySQL shards', place);
describeTransfer('MySQL shards', place);
describeSharing('MySQL shards', place);
