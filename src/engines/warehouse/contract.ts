/** What every warehouse must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ConflictError, InvalidInputError } from '#kernel/errors';
import type { Warehouse, WarehouseAnswer, WarehouseQuestion, WarehouseTable } from './port.ts';

/** A row that is asked: `id` is of 64 bits, `at` an instant in milliseconds. */
export interface ThingRow {
  readonly what: string;
  readonly n: number;
  readonly id: string;
  readonly at: number;
  readonly secret: string;
}

const row = (n: number): ThingRow => ({
  ...{ what: n % 2 === 0 ? 'even' : 'odd', n, id: String(241294492511762325n + BigInt(n)) },
  ...{ at: Date.UTC(2026, 0, 1) + n * 3_600_000, secret: `secret-${n}` },
});

/** Runs the suite on what `open` gives; `write` makes the Parquet files that are asked. */
export function describeWarehouse(
  title: string,
  open: () => Warehouse,
  write: (file: string, rows: readonly ThingRow[]) => Promise<void>,
): void {
  describe(title, () => {
    const warehouse = open();
    let root: string;
    let table: WarehouseTable;
    let rows: ThingRow[];
    before(async () => {
      root = await mkdtemp(path.join(os.tmpdir(), 'pinakes-warehouse-'));
      const folder = path.join(root, "it's here");
      rows = Array.from({ length: 48 }, (_, n) => row(n));
      for (const [day, from] of [
        ['2026-01-01', 0],
        ['2026-01-02', 24],
      ] as const) {
        await mkdir(path.join(folder, 'topic=things', `dt=${day}`), { recursive: true });
        const file = path.join(folder, 'topic=things', `dt=${day}`, 'part.parquet');
        await write(file, rows.slice(from, from + 24));
      }
      await writeFile(path.join(root, 'outside.csv'), 'a,b\n1,2\n');
      table = {
        ...{ name: 'things', folder, pattern: 'topic=things/dt=*/*.parquet' },
        columns: [
          { name: 'what', type: 'text' },
          { name: 'n', type: 'integer' },
          { name: 'id', type: 'bigint' },
          { name: 'at', type: 'time' },
          { name: 'dt', type: 'date' },
        ],
      };
    });
    after(async () => {
      await warehouse.close();
      await rm(root, { recursive: true });
    });

    const ask = (sql: string, more: Partial<WarehouseQuestion> = {}): Promise<WarehouseAnswer> =>
      warehouse.query({ sql, tables: [table], maxRows: 100, timeoutMs: 10_000, ...more });

    it('answers rows with the names and kinds of their columns', async () => {
      const {
        columns: found,
        rows: answered,
        isCut,
      } = await ask('select n, id, what, "at", dt from things order by n limit 1');
      assert.deepEqual(
        found.map(({ name, kind }) => [name, kind]),
        [
          ['n', 'number'],
          ['id', 'number'],
          ['what', 'text'],
          ['at', 'text'],
          ['dt', 'text'],
        ],
      );
      assert.deepEqual(answered, [[0, '241294492511762325', 'even', '2026-01-01 00:00:00+00', '2026-01-01']]);
      assert.equal(isCut, false);
    });

    it('asks only the files that are named, and says when one is gone', async () => {
      const [first, second] = ['01', '02'].map((day) => `topic=things/dt=2026-01-${day}/part.parquet`);
      const count = async (...files: (string | undefined)[]) => {
        const named = files.map(String);
        return (await ask('select count(*) from things', { tables: [{ ...table, files: named }] })).rows;
      };
      assert.deepEqual(await count(second), [[24]]);
      assert.deepEqual(await count(first, second), [[48]]);
      assert.deepEqual(await count(), [[0]]);
      for (const files of [[first, 'topic=things/dt=2026-01-03/part.parquet'], ['nothing']])
        await assert.rejects(count(...files), ConflictError);
    });

    it('groups, joins, names and describes', async () => {
      const grouped = await ask(
        'with t as (select * from things) select what, count(*) c, sum(n), avg(n) from t group by 1 order by 1',
      );
      assert.deepEqual(grouped.rows, [
        ['even', 24, 552, 23],
        ['odd', 24, 576, 24],
      ]);
      const joined = await ask(
        'select count(*) from things a join things b using (n) where a.n in (select n from things where n < 5)',
      );
      assert.deepEqual(joined.rows, [[5]]);
      const days = await ask(
        `select date_trunc('day', "at")::date d, count(*) from things cross join range(2) group by 1 order by 1`,
      );
      assert.deepEqual(days.rows, [
        ['2026-01-01', 48],
        ['2026-01-02', 48],
      ]);
      assert.equal((await ask('describe things')).rows.length, 5);
      assert.deepEqual((await ask('select 1 union all select 2')).rows, [[1], [2]]);
      assert.deepEqual((await ask(`select * from (values (1, 'a')) v(x, y)`)).rows, [[1, 'a']]);
      assert.equal(
        (
          await ask(
            'with recursive r(n) as (select 1 union all select n + 1 from r where n < 9) select * from r',
          )
        ).rows.length,
        9,
      );
    });

    it('says that there is more than it answers', async () => {
      const { rows: some, isCut } = await ask('select n from things order by n', { maxRows: 10 });
      assert.equal(some.length, 10);
      assert.equal(isCut, true);
      assert.equal((await ask('select * from range(100)')).isCut, false);
    });

    it('knows a table without files', async () => {
      const empty = { ...table, name: 'nothing', pattern: 'topic=nothing/dt=*/*.parquet' };
      const { rows: none } = await ask('select count(*) from nothing', { tables: [table, empty] });
      assert.deepEqual(none, [[0]]);
    });

    it('sees files that come later', async () => {
      const sql = 'select count(*) from things';
      assert.deepEqual((await ask(sql)).rows, [[48]]);
      const day = path.join(table.folder, 'topic=things', 'dt=2026-01-03');
      await mkdir(day);
      await writeFile(
        path.join(day, 'p.parquet'),
        await readFile(path.join(table.folder, 'topic=things', 'dt=2026-01-01', 'part.parquet')),
      );
      assert.deepEqual((await ask(sql)).rows, [[72]]);
      await rm(day, { recursive: true });
    });

    it('says what is wrong with a question', async () => {
      for (const [sql, cause] of [
        ['selec 1', /cannot be read: .*selec/],
        ['select nothing from things', /nothing/],
        ['select * from nowhere', /may not read nowhere/],
        ['', /must not be empty/],
        ['  ;', /must be one statement/],
        ['select 1; select 2', /must be one statement/],
        [`select 'a'::int`, /cannot be answered/],
      ] as const)
        await assert.rejects(
          ask(sql),
          (error: Error) => error instanceof InvalidInputError && cause.test(error.message),
          sql,
        );
    });

    it('breaks off what takes too long, and answers the next question', async () => {
      const long = 'select sum(a.range * b.range) from range(10000000) a, range(1000000) b';
      await assert.rejects(ask(long, { timeoutMs: 200 }), /took longer than 0.2 seconds/);
      assert.deepEqual((await ask('select 1')).rows, [[1]]);
    });

    it('refuses what takes too much memory, and answers the next question', async () => {
      await assert.rejects(ask('select list(range) from range(300000000)'), InvalidInputError);
      assert.deepEqual((await ask('select 1')).rows, [[1]]);
    });

    it('cuts values that are too large to be answered', async () => {
      const { rows: cut } = await ask(`select repeat('x', 1000000)`);
      assert.ok(String(cut[0]?.[0]).length < 200_000);
      const wide = await ask(`select repeat('x', 90000) from range(1000)`, { maxRows: 1000 });
      assert.ok(wide.isCut && wide.rows.length > 0);
    });

    it('reads nothing but its tables: no other file, no column that is not offered, nothing of the engine', async () => {
      const { folder } = table;
      const own = `${folder.replaceAll("'", "''")}/topic=things/dt=2026-01-01/part.parquet`;
      for (const sql of [
        `select * from read_text('/etc/passwd')`,
        `select * from '/etc/passwd'`,
        `select * from read_csv('${root}/outside.csv')`,
        `select * from read_blob('${root}/*')`,
        `select * from read_parquet('${own}')`,
        `select * from '${own}'`,
        `select * from "${folder}/topic=things/dt=2026-01-01/part.parquet"`,
        `with "${folder}/topic=things/dt=2026-01-01/part.parquet" as (select 1) select 1`,
        `with "p.parquet" as (select * from "p.parquet") select * from "p.parquet"`,
        `select secret from things`,
        `select things.secret from things`,
        `select columns('secret') from things`,
        `select * from parquet_metadata('${own}')`,
        `select * from parquet_kv_metadata('${own}')`,
        `select * from glob('/etc/*')`,
        `select * from query('select 1')`,
        `select * from query_table('things')`,
        `select * from duckdb_settings()`,
        `select * from duckdb_views()`,
        `select * from information_schema.tables`,
        `select * from pg_catalog.pg_class`,
        `with pg_class as (select * from pg_class) select * from pg_class`,
        `select * from duckdb_tables`,
        `select current_setting('allowed_directories')`,
        `select getenv('HOME')`,
        `select * from (show all tables)`,
        `select * from (summarize '${own}')`,
        `select (select content from read_text('/etc/passwd'))`,
        `select * from things where n in (select count(*) from read_text('/etc/passwd'))`,
        `select * from things t, lateral (select * from read_text('/etc/passwd'))`,
        `select json_execute_serialized_sql('{}')`,
        `select * from json_execute_serialized_sql(json_serialize_sql('select 1'))`,
        `select * from sniff_csv('/etc/passwd')`,
        `select * from (from read_text('/etc/passwd'))`,
        `from '/etc/passwd'`,
        `select * from things union all (select 'a', 1, 1, now(), content from read_text('/etc/passwd'))`,
      ])
        await assert.rejects(ask(sql), InvalidInputError, sql);
    });

    it('reaches no network', async (t) => {
      let calls = 0;
      const server = createServer((_request, response) => {
        calls++;
        response.end('a,b\n1,2\n');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      t.after(() => server.close());
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
      for (const sql of [
        `select * from '${url}.csv'`,
        `select * from read_csv('${url}.csv')`,
        `select * from read_parquet('${url}.parquet')`,
      ])
        await assert.rejects(ask(sql), InvalidInputError, sql);
      assert.equal(calls, 0);
    });

    it('writes nothing, and changes nothing of itself', async () => {
      const { folder } = table;
      const listing = () => readdir(root, { recursive: true });
      const before = await listing();
      const place = folder.replaceAll("'", "''");
      for (const sql of [
        `copy (select 1) to '${place}/out.csv'`,
        `copy things to '${root}/out.parquet'`,
        `export database '${place}'`,
        `attach '${place}/x.db' as x`,
        `create table t as select 1`,
        `create or replace view things as select 1`,
        `drop view things`,
        `insert into things values (1)`,
        `with x as (insert into things values (1) returning *) select * from x`,
        `delete from things`,
        `install httpfs`,
        `load httpfs`,
        `load '${place}/x'`,
        `set threads = 8`,
        `reset all`,
        `set enable_external_access = true`,
        `pragma database_list`,
        `call pragma_version()`,
        `prepare p as select 1`,
        `execute p`,
        `begin`,
        `use memory`,
        `checkpoint`,
        `vacuum`,
        `explain analyze select 1`,
        `select write_log('x')`,
      ])
        await assert.rejects(ask(sql), InvalidInputError, sql);
      assert.deepEqual(await listing(), before);
      assert.deepEqual((await ask('select count(*) from things')).rows, [[48]]);
    });
  });
}
