import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { type MariadbServer, startMariadb } from '../../../../test/support/mariadb.ts';
import { openMysqlShards } from '../mysql.ts';
import { ShardSealedError } from '../sealed.ts';
import type { RowPut } from '../transfer.ts';

const table = 'object:pin';
const rows = (count: number): RowPut[] =>
  Array.from({ length: count }, (_, n) => ({
    table,
    key: [n + 1],
    value: [1, n, JSON.stringify({ note: `it's \\ number ${n}` })],
  }));

describe('copying in a thread', () => {
  let server: MariadbServer;
  before(async () => {
    server = await startMariadb();
  });
  after(() => server.stop());
  const open = () => openMysqlShards({ primary: server.url, count: 4 });

  it('puts and digests as the calling thread does', async () => {
    await using shards = closing(await open());
    await shards.put(1, rows(300));
    for (const one of rows(300)) await shards.put(2, [one]);
    const [a, b] = await Promise.all([1, 2].map((shard) => shards.digest(shard, table, undefined, 1000)));
    assert.deepEqual(a, b);
    assert.equal(a?.rows, 300);
    const [first] = await shards.page(1, table, undefined, 1);
    assert.deepEqual(first, { key: [1], value: rows(1)[0]?.value });
  });

  it('tells that a server takes no writes, and that one cannot answer', async () => {
    await server.query('set global read_only = 1');
    await using refused = closing(await open());
    await assert.rejects(refused.put(1, rows(20)), (error) => {
      return error instanceof ShardSealedError && error.shard === 1 && error.seal === 'read-only';
    });
    await server.query('set global read_only = 0');
    await refused.put(1, rows(20));
    await server.kill();
    await assert.rejects(refused.put(1, rows(20)), UnavailableError);
    await server.start();
  });
});

function closing<T extends { close(): Promise<void> }>(shards: T): T & AsyncDisposable {
  return Object.assign(shards, { [Symbol.asyncDispose]: () => shards.close() });
}
