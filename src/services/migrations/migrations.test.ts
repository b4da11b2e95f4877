import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConflictError, InvalidInputError, NotFoundError, UnavailableError } from '#kernel/errors';
import { encodeId } from '#kernel/ids';
import { MigrationBed, target } from '../../../test/support/migration-bed.ts';
import { spread } from '../../../test/support/router-bed.ts';
import { ShardLoad } from '../../../test/support/shard-load.ts';
import type { MigrationStatus, Phase } from './contract.ts';

const all = [0, 1, 2, 3, 4, 5, 6, 7];
const nowhere = (shards: MigrationStatus['shards']) => shards.map(({ stage }) => stage);

describe('a migration', () => {
  let bed: MigrationBed;
  let load: ShardLoad;
  beforeEach(async () => {
    bed = await MigrationBed.make(spread(2));
    load = new ShardLoad(bed.router, 7, all, 1);
    await load.work(40);
  });
  afterEach(() => bed.remove());
  const settled = () => bed.migrations.settled(undefined);
  const perBackend = () => new Set(bed.router.topology.ranges.map(({ backend }) => backend));

  /** Goes on to a phase, by command. */
  async function advanceTo(phase: Phase): Promise<void> {
    while ((await settled()).phase !== phase) await bed.migrations.advance();
  }

  /** Both sides of every shard hold the same, whichever is the truth. */
  async function requireSame(): Promise<void> {
    for (const shard of all) {
      const old = `engine-${shard % 2}`;
      assert.deepEqual(await bed.rows(shard, 'sqlite-1'), await bed.rows(shard, old));
    }
  }

  it('moves everything by itself while people work, losing nothing', async () => {
    load.start();
    await bed.migrations.start({ to: target, auto: true });
    assert.equal((await settled()).phase, 'backup');
    await load.more(200);
    await load.stop();
    await load.check();
    assert.deepEqual(perBackend(), new Set(['sqlite-1']));
    const report = await bed.migrations.report();
    assert.deepEqual([report.failed, report.found, report.differences], [0, 0, []]);
    assert.deepEqual([report.shards, report.cutovers.count], [8, 8]);
    assert.ok(report.rows > 0 && report.bytes > 0 && report.during.reads > 0);
    assert.deepEqual(
      report.phases.map(({ phase }) => phase),
      ['shadow-read', 'dual-write', 'validate', 'cutover', 'backup'],
    );
  });

  it('goes no further than it is told, and says what is missing', async () => {
    const started = await bed.migrations.start({ to: target, name: 'by-hand' });
    assert.deepEqual([started.phase, started.settled, started.moved], ['shadow-read', true, 0]);
    assert.deepEqual(await bed.rows(0, 'sqlite-1'), {});
    await assert.rejects(bed.migrations.advance(undefined, { percent: 50 }), ConflictError);
    await bed.migrations.advance();
    await assert.rejects(bed.migrations.advance('by-hand'), /8 of 8 shards are not copied yet/);
    const copied = await settled();
    assert.deepEqual([copied.phase, copied.rows], ['dual-write', copied.total]);
    assert.deepEqual(new Set(nowhere(copied.shards)), new Set(['following']));
    await bed.migrations.advance();
    const same = await settled();
    assert.ok(same.shards.every(({ clean, passes }) => clean && passes > 0));
    await bed.migrations.advance(undefined, { percent: 30 });
    assert.deepEqual(nowhere((await settled()).shards).filter((stage) => stage === 'moved').length, 3);
    await bed.migrations.advance(undefined, { percent: 75 });
    assert.equal((await settled()).moved, 6);
    await bed.migrations.advance(undefined, { percent: 10 });
    assert.equal((await settled()).moved, 1);
    await load.work(20);
    await bed.migrations.advance();
    assert.equal((await settled()).phase, 'backup');
    await assert.rejects(bed.migrations.advance(), /finish it, or take it back/);
    await load.work(20);
    await load.check();
  });

  it('keeps both sides the same from the copy to the end, in whichever direction', async () => {
    await bed.migrations.start({ to: target });
    for (const phase of ['dual-write', 'validate'] as const) {
      await advanceTo(phase);
      await load.work(10);
    }
    await bed.migrations.advance(undefined, { percent: 50 });
    await settled();
    await load.work(10);
    await advanceTo('backup');
    await load.work(10);
    await bed.migrations.finish();
    assert.equal((await settled()).phase, 'finished');
    await requireSame();
    await load.work(5);
    await load.check();
  });

  it('erases the old side when told so, and leaves it closed to writers else', async () => {
    await bed.migrations.start({ to: target, shards: [{ from: 0, through: 1 }], auto: true });
    await settled();
    await bed.migrations.finish();
    await settled();
    const old = await bed.router.engine('engine-0');
    assert.deepEqual(await old.state(0), { seal: 'moved', journal: true });
    assert.notDeepEqual(await bed.rows(0, 'engine-0'), {});
    await bed.migrations.start({ to: 'sqlite-1', auto: true });
    await settled();
    await bed.migrations.finish(undefined, { drop: true });
    await settled();
    assert.deepEqual(Object.keys(bed.router.topology.backends), ['sqlite-1']);
    await load.work(5);
    await load.check();
  });

  for (const phase of ['shadow-read', 'dual-write', 'validate', 'cutover', 'backup'] as const) {
    it(`takes everything back from ${phase} while people work`, async () => {
      load.start();
      await bed.migrations.start({ to: target });
      if (phase === 'cutover') {
        await advanceTo('validate');
        await bed.migrations.advance(undefined, { percent: 60 });
        await settled();
      } else await advanceTo(phase);
      await load.more(50);
      await bed.migrations.rollback();
      const end = await settled();
      assert.deepEqual([end.phase, end.moved], ['rolled-back', 0]);
      await load.more(50);
      await load.stop();
      await load.check();
      assert.deepEqual(perBackend(), new Set(['engine-0', 'engine-1']));
      assert.deepEqual(Object.keys(bed.router.topology.backends), ['engine-0', 'engine-1']);
      for (const shard of all) {
        const engine = await bed.router.engine(`engine-${shard % 2}`);
        assert.deepEqual(await engine.state(shard), { seal: null, journal: false });
      }
      await assert.rejects(bed.migrations.rollback('move-1'), ConflictError);
      // The target is as good as new.
      await bed.migrations.start({ to: target, auto: true });
      assert.equal((await settled()).phase, 'backup');
      for (const shard of all) assert.notDeepEqual(await bed.rows(shard, 'sqlite-1'), {});
      await load.check();
    });
  }

  it('can be taken back in the middle of copying', async () => {
    await bed.migrations.start({ to: target });
    await bed.migrations.advance();
    await bed.migrations.rollback();
    assert.equal((await settled()).phase, 'rolled-back');
    await load.work(5);
    await load.check();
  });

  it('finds and heals what is unlike on the other side, and goes on only when nothing is', async () => {
    await bed.migrations.start({ to: target });
    await advanceTo('dual-write');
    const there = await bed.router.engine('sqlite-1');
    const table = 'object:pin' as const;
    const pages = Array.from({ length: bed.router.count }, async (_, shard) => ({
      shard,
      rows: await there.page(shard, table, undefined, 3),
    }));
    // Where pins are is up to chance.
    const full = (await Promise.all(pages)).find(({ rows }) => rows.length === 3);
    assert.ok(full);
    const { shard, rows } = full;
    const [first, second, third] = rows;
    assert.ok(first && second && third);
    await there.put(shard, [
      { table, key: first.key, value: null },
      { table, key: second.key, value: [99, 1, '{}'] },
      { table, key: [777_777], value: third.value },
      { table: 'mapping:stray_has_edge', key: [encodeId({ shard, type: 2, local: 5 }), '9'], value: [1] },
    ]);
    await bed.migrations.advance();
    const status = await settled();
    assert.equal(status.differences, 4);
    const { differences, found, healed } = await bed.migrations.report();
    assert.deepEqual([found, healed], [4, 4]);
    const told = differences.map((one) => `${one.shard} ${one.table} ${one.what} ${one.key[0]}`);
    assert.deepEqual(
      new Set(told),
      new Set([
        `${shard} ${table} missing ${first.key[0]}`,
        `${shard} ${table} unequal ${second.key[0]}`,
        `${shard} ${table} extra 777777`,
        `${shard} mapping:stray_has_edge extra ${encodeId({ shard, type: 2, local: 5 })}`,
      ]),
    );
    assert.ok(status.shards.every(({ clean }) => clean));
    await advanceTo('backup');
    await load.work(5);
    await load.check();
    await bed.migrations.finish();
    await settled();
    await requireSame();
  });

  it('goes on finding differences that appear after everything was the same', async () => {
    await bed.migrations.start({ to: target });
    await advanceTo('validate');
    const there = await bed.router.engine('sqlite-1');
    await there.put(5, [{ table: 'claims', key: ['name', 'stray'], value: ['1'] }]);
    const seen = Promise.withResolvers<void>();
    const stop = setInterval(async () => {
      if ((await bed.migrations.report()).healed === 1) seen.resolve();
    }, 5);
    await seen.promise;
    clearInterval(stop);
    assert.deepEqual((await bed.rows(5, 'sqlite-1'))['claims'], (await bed.rows(5, 'engine-1'))['claims']);
  });

  it('never touches data that somebody else keeps in the target', async () => {
    const other = encodeId({ shard: 5, type: 1, local: 1 });
    await bed.migrations.start({ to: target });
    const there = await bed.router.engine('sqlite-1');
    await there.commit(5, [{ kind: 'put', id: other, data: { whose: 'not ours' } }]);
    await bed.migrations.advance();
    await bed.migrations.rollback();
    await settled();
    await assert.rejects(bed.migrations.start({ to: target }), /holds data of shard 5 already/);
    assert.deepEqual(Object.keys(bed.router.topology.backends), ['engine-0', 'engine-1']);
    await bed.router.reroute((map) => ({ ...map, backends: { ...map.backends, kept: target } }));
    const kept = await bed.router.engine('kept');
    assert.deepEqual((await kept.getMany([other])).get(other)?.data, { whose: 'not ours' });
  });

  it('refuses what makes no sense', async () => {
    const { migrations } = bed;
    await assert.rejects(migrations.status(), NotFoundError);
    await assert.rejects(migrations.advance('none'), NotFoundError);
    await assert.rejects(migrations.start({ to: 'nowhere' }), /to must be one of: engine-0, engine-1/);
    await assert.rejects(migrations.start({ to: target, name: 'Ü' }), InvalidInputError);
    for (const span of [
      { from: 3, through: 2 },
      { from: 0, through: 8 },
      { from: -1, through: 1 },
    ])
      await assert.rejects(migrations.start({ to: target, shards: [span] }), /shards must be/);
    const even = { to: 'engine-0', shards: [{ from: 2, through: 2 }] };
    await assert.rejects(migrations.start(even), /live in engine-0 already/);
    await migrations.start({ to: target, name: 'first', shards: [{ from: 0, through: 3 }] });
    await assert.rejects(
      migrations.start({ to: target, shards: [{ from: 3, through: 4 }] }),
      /moving shard 3/,
    );
    await assert.rejects(migrations.start({ to: target, name: 'first', shards: [] }), ConflictError);
    await assert.rejects(migrations.finish('first'), /only what is in backup/);
    await migrations.start({ to: target, name: 'second', shards: [{ from: 4, through: 4 }] });
    await assert.rejects(migrations.status(), /name must be one of: first, second/);
    const listed = (await migrations.list()).map(({ name, phase }) => [name, phase]);
    assert.deepEqual(listed, [
      ['second', 'shadow-read'],
      ['first', 'shadow-read'],
    ]);
  });

  it('does not begin when the target does not answer', async () => {
    const mysql = { kind: 'mysql', primary: 'mysql://nobody@127.0.0.1:1', replicas: [] } as const;
    await assert.rejects(bed.migrations.start({ to: { ...mysql, replicas: [] } }), UnavailableError);
    assert.deepEqual(await bed.migrations.list(), []);
    assert.deepEqual(Object.keys(bed.router.topology.backends), ['engine-0', 'engine-1']);
  });
});
