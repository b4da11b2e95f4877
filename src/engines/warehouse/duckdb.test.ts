import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { UnavailableError } from '#kernel/errors';
import { describeWarehouse, type ThingRow } from './contract.ts';
import { duckdbWarehouse } from './duckdb.ts';

async function write(file: string, rows: readonly ThingRow[]): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const lines = `${file}.lines`;
  await writeFile(lines, rows.map((row) => JSON.stringify(row)).join('\n'));
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  await connection.run(`copy (
      select what, n, id, make_timestamp_ms("at")::timestamptz as "at", secret from read_json(${quoted(lines)},
        columns = {what: 'VARCHAR', n: 'INTEGER', id: 'BIGINT', "at": 'BIGINT', secret: 'VARCHAR'})
    ) to ${quoted(file)} (format parquet)`);
  connection.closeSync();
  await rm(lines);
}

describeWarehouse('DuckDB', () => duckdbWarehouse({ memoryMb: 256 }), write);

const question = { tables: [], maxRows: 10, timeoutMs: 10_000 };

test('questions that wait are bounded, and closing breaks off what runs', async () => {
  const warehouse = duckdbWarehouse({ waiting: 1 });
  const long = warehouse.query({
    ...question,
    sql: 'select sum(a.range * b.range) from range(10000000) a, range(1000000) b',
  });
  await assert.rejects(warehouse.query({ ...question, sql: 'select 1' }), UnavailableError);
  await Promise.all([assert.rejects(long, /the warehouse is closed/), warehouse.close()]);
});

test('a question that is given up is broken off', async () => {
  const warehouse = duckdbWarehouse();
  const given = new AbortController();
  const asked = warehouse.query({
    ...question,
    sql: 'select sum(a.range * b.range) from range(10000000) a, range(1000000) b',
    signal: given.signal,
  });
  given.abort(new Error('given up'));
  await assert.rejects(asked, /given up/);
  assert.deepEqual((await warehouse.query({ ...question, sql: 'select 1' })).rows, [[1]]);
  await warehouse.close();
});
