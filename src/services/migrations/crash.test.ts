/** Migrations in a process that dies before any one of its steps. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { MigrationBed, target } from '../../../test/support/migration-bed.ts';
import { Life } from '../../../test/support/mortal.ts';
import { spread } from '../../../test/support/router-bed.ts';
import { ShardLoad } from '../../../test/support/shard-load.ts';
import type { Migrations, Phase } from './contract.ts';

const shards = 3;
const all = [0, 1, 2];

/** What a process does until it dies; its death is no failure. */
async function survived(life: Life, work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof UnavailableError && life.isOver)) throw error;
  });
}

interface Plan {
  /** What is done before, in a life without end. */
  readonly before: (migrations: Migrations) => Promise<unknown>;
  readonly during: (migrations: Migrations) => Promise<unknown>;
  readonly end: Phase;
}

const toBackup = async (migrations: Migrations) => {
  await migrations.start({ to: target, name: 'all', auto: true });
  await migrations.settled('all');
};
const plans: Record<string, Plan> = {
  'on its way': { before: async () => undefined, during: toBackup, end: 'backup' },
  'being taken back': {
    before: toBackup,
    during: async (migrations) => {
      await migrations.rollback('all');
      await migrations.settled('all');
    },
    end: 'rolled-back',
  },
  'being finished': {
    before: toBackup,
    during: async (migrations) => {
      await migrations.finish('all', { drop: true });
      await migrations.settled('all');
    },
    end: 'finished',
  },
};

/** One installation that dies, comes back, and ends what it had begun. Answers whether it died at all. */
async function dies(
  seed: number,
  { before, during, end }: Plan,
  lifeOf: (bed: MigrationBed) => Life,
): Promise<boolean> {
  const bed = await MigrationBed.make(spread(1, shards));
  try {
    const load = new ShardLoad(bed.router, seed, all, 1);
    await load.work(15);
    await before(bed.migrations);
    await bed.close();
    const life = lifeOf(bed);
    await survived(life, bed.open(life));
    if (!life.isOver) {
      load.shards = bed.router;
      load.mayDie = true;
      load.start();
      await Promise.race([survived(life, during(bed.migrations)), life.ended]);
      await load.stop();
    }
    await bed.reopen();
    load.shards = bed.router;
    load.mayDie = false;
    await load.work(5);
    await toTheEnd(bed.migrations, end);
    await load.work(5);
    await load.check();
    assert.equal((await bed.migrations.status('all')).phase, end);
    const report = await bed.migrations.report('all');
    assert.deepEqual(report.differences, []);
    return life.isOver;
  } finally {
    await bed.remove();
  }
}

/** Where the command itself did not survive, it is given again. */
async function toTheEnd(migrations: Migrations, end: Phase): Promise<void> {
  const known = await migrations.list();
  if (known.length === 0) return toBackup(migrations);
  const { phase } = await migrations.settled('all');
  if (phase === end) return;
  await (end === 'rolled-back' ? migrations.rollback('all') : migrations.finish('all', { drop: true }));
  await migrations.settled('all');
}

describe('a migration whose process dies', () => {
  for (const [name, plan] of Object.entries(plans)) {
    it(`goes on where it was, ${name}`, async () => {
      let step = 0;
      // Steps lie closer together where each of them is a different one.
      for (let died = true; died; step += 1 + Math.floor(step / 4))
        died = await dies(step + 1, plan, () => new Life(step));
      assert.ok(step > 20, `only ${step} steps`);
    });
  }

  for (const name of ['being taken back', 'being finished']) {
    it(`ends when all that was left to do is to say so, ${name}`, async () => {
      const plan = plans[name] as Plan;
      const isLetGo = (bed: MigrationBed) => Object.keys(bed.router.topology.backends).length === 1;
      const died = await dies(
        1,
        plan,
        (bed) => new Life(Number.POSITIVE_INFINITY, (step) => step === 'setSetting' && isLetGo(bed)),
      );
      assert.ok(died);
    });
  }
});
