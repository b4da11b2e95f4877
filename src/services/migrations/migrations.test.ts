import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MigrationBed, target } from '../../../test/support/migration-bed.ts';
import { spread } from '../../../test/support/router-bed.ts';
import { ShardLoad } from '../../../test/support/shard-load.ts';

const all = [0, 1, 2, 3, 4, 5, 6, 7];

describe('a migration', () => {
  let bed: MigrationBed;
  let load: ShardLoad;
  beforeEach(async () => {
    bed = await MigrationBed.make(spread(2));
    load = new ShardLoad(bed.router, 7, all);
    await load.work(40);
  });
  afterEach(() => bed.remove());

  it('moves everything by itself while people work, losing nothing', async () => {
    load.start();
    await bed.migrations.start({ to: target, auto: true });
    const status = await bed.migrations.settled(undefined);
    assert.equal(status.phase, 'backup');
    await load.more(200);
    await load.stop();
    await load.check();
    const report = await bed.migrations.report();
    console.error(report);
    assert.equal(report.failed, 0);
    assert.equal(report.found, 0);
  });
});
