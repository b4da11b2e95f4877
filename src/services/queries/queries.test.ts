import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { duckdbWarehouse } from '#engines/warehouse/duckdb';
import { InvalidInputError, NotFoundError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { actionsTopic } from '#services/actions/contract';
import { changesTopic } from '#services/events/contract';
import { ArchiveBed } from '../../../test/support/archive-bed.ts';
import type { Queries } from './contract.ts';
import { createQueries } from './index.ts';

const day = 24 * 60 * 60 * 1000;
const id = (n: number): string => String(241294492511762325n + BigInt(n));

describe('queries', () => {
  let bed: ArchiveBed;
  let queries: Queries;
  let count = 0;
  before(async () => {
    bed = await ArchiveBed.open();
    const archive = bed.archive();
    queries = createQueries({ archive, warehouse: duckdbWarehouse({ memoryMb: 256 }) });
    const now = Math.floor(Date.now() / day) * day + 1000;
    await empties();
    for (const ago of [14, 7, 0]) {
      bed.clock.advance(now - ago * day - bed.clock.now());
      await did('impression', 1, 1);
      if (ago === 14) await did('impression', 2, 1);
      if (ago === 7) await did('impression', 3, 2, null);
    }
    await did('closeup', 1, 1);
    await did('save', 1, 1);
    await did('closeup', 1, 2, id(90));
    await did('impression', 1, 3, id(91));
    await changed(81, { name: 'Boats', secret: false });
    await changed(90, { name: 'Hidden', secret: true });
    await changed(91, { name: 'Gone', secret: false });
    await changed(91, { name: 'Gone', secret: false }, 'removed');
    await archive.run({ open: true });
  });
  after(async () => {
    await queries.close();
    await bed.close();
  });

  async function empties(): Promise<void> {
    for (const { name } of queries.ready)
      assert.ok((await queries.ask({ query: name })).rows.length <= 3, name);
  }

  async function did(type: string, who: number, pin: number, board: string | null = id(81)): Promise<void> {
    const at = bed.clock.now();
    const said = { id: `action-${String(count++).padStart(12, '0')}`, at, receivedAt: at, type, v: 1 };
    const value: JsonObject = {
      ...said,
      actor: id(who),
      device: null,
      surface: 'home',
      pinId: id(100 + pin),
      boardId: board,
      rank: 1,
    };
    await bed.log.append(actionsTopic, [{ key: id(who), value }]);
  }

  async function changed(board: number, body: JsonObject, what = 'created'): Promise<void> {
    bed.clock.advance(1);
    const said = {
      v: 1,
      shard: 1,
      sequence: count++,
      type: `board.${what}`,
      id: id(board),
      version: 1,
      at: bed.clock.now(),
    };
    const value = {
      ...said,
      actor: null,
      body,
      before: null,
      also: [['put', '1', 0, { hash: 'secret-hash' }]],
    };
    await bed.log.append(changesTopic, [{ key: id(board), value }]);
  }

  const rowsOf = async (query: string) => (await queries.ask({ query })).rows;

  it('counts who is active each day', async () => {
    const rows = await rowsOf('daily-actives');
    assert.deepEqual(
      rows.map(([, ...counts]) => counts),
      [
        [2, 2, 2],
        [2, 2, 2],
        [1, 1, 5],
      ],
    );
  });

  it('counts what becomes of pins that people meet', async () => {
    assert.deepEqual(await rowsOf('saves-funnel'), [
      ['met', 5, 100],
      ['opened', 2, 40],
      ['saved', 1, 20],
    ]);
  });

  it('counts who comes back after weeks', async () => {
    const [first, second] = await rowsOf('retention');
    assert.deepEqual(first?.slice(1), [2, 50, 50, 0, 0]);
    assert.deepEqual(second?.slice(1, 3), [1, 0]);
  });

  it('names the boards that are saved from most, no secret and no removed ones', async () => {
    const rows = await rowsOf('top-boards');
    assert.deepEqual(rows, [['Boats', id(81), 1, 1, 4]]);
  });

  it('asks own questions, over the tables it names', async () => {
    for (const { name, columns } of queries.tables) {
      const found = await queries.ask({ sql: `describe ${name}` });
      assert.deepEqual(
        found.rows.map(([column]) => column),
        columns.map((column) => column.name),
      );
    }
    const asked = await queries.ask({ sql: 'select count(*) from changes', limit: 1 });
    assert.deepEqual(asked.rows, [[4]]);
  });

  it('never shows what the store told the log beside its events', async () => {
    const { rows } = await queries.ask({ sql: 'select * from changes' });
    assert.match(JSON.stringify(rows), /Boats/);
    assert.doesNotMatch(JSON.stringify(rows), /secret-hash/);
    await assert.rejects(queries.ask({ sql: 'select envelope from changes' }), InvalidInputError);
  });

  it('refuses what is neither a question nor the name of one', async () => {
    await assert.rejects(queries.ask({ query: 'nothing' }), NotFoundError);
    await assert.rejects(queries.ask({}), InvalidInputError);
    await assert.rejects(queries.ask({ sql: 'select 1', query: 'retention' }), InvalidInputError);
    await assert.rejects(queries.ask({ sql: 'select 1', limit: 0 }), InvalidInputError);
  });
});
