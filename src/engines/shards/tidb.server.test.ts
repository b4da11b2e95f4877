import { after, before } from 'node:test';
import mysql from 'mysql2/promise';
import type { Clock } from '#kernel/clock';
import { startTidb, type TidbServer } from '../../../test/support/tidb.ts';
import { describeShards } from './contract.ts';
import { describeSharing } from './contract-sharing.ts';
import { describeTransfer } from './contract-transfer.ts';
import { openTidbShards } from './tidb.ts';

let server: TidbServer;
let places = 0;

before(async () => {
  server = await startTidb();
});
after(() => server.stop());

/** An empty place. */
async function place() {
  places += 1;
  const database = `pinakes_test_${process.pid}_${places}`;
  return {
    open: (clock: Clock) => openTidbShards({ url: server.url, count: 8, database, clock }),
    remove: async () => {
      const connection = await mysql.createConnection(server.url);
      await connection.query(`drop database if exists ${database}`);
      await connection.end();
    },
  };
}

describeShards('TiDB shards', place);
describeTransfer('TiDB shards', place);
describeSharing('TiDB shards', place);
