/** Shards keep the promises of their port in whichever phase of a migration they are. */

import { after, before, describe } from 'node:test';
import { describeShards } from '#engines/shards/contract';
import type { ShardsPlace } from '#engines/shards/contract-bed';
import type { Shards } from '#engines/shards/port';
import { MigrationBed, target } from '../../../test/support/migration-bed.ts';
import { spread } from '../../../test/support/router-bed.ts';
import type { Migrations, Phase } from './contract.ts';

/** Brings everything into a phase; half of it across in `cutover`. */
async function bring(migrations: Migrations, phase: Phase): Promise<void> {
  await migrations.start({ to: target });
  for (;;) {
    const status = await migrations.settled(undefined);
    if (status.phase === phase) return;
    await migrations.advance(
      undefined,
      phase === 'cutover' && status.phase === 'validate' ? { percent: 50 } : {},
    );
  }
}

/** Closes the whole bed with the shards. */
function closing(bed: MigrationBed): Shards {
  return new Proxy<Shards>(bed.router, {
    get(router, key) {
      if (key === 'close') return () => bed.close();
      const value: unknown = Reflect.get(router, key);
      return typeof value === 'function' ? value.bind(router) : value;
    },
  });
}

/** Brought into its phase once, and copied for each test. */
function placeIn(phase: Phase): () => Promise<ShardsPlace> {
  let template: MigrationBed | undefined;
  before(async () => {
    template = await MigrationBed.make(spread(2));
    await bring(template.migrations, phase);
    await template.close();
  });
  after(() => template?.remove());
  return async () => {
    let bed: MigrationBed | undefined;
    return {
      async open(clock) {
        bed ??= await template?.copy(clock);
        if (!bed) throw new Error('there is no template');
        await bed.open();
        return closing(bed);
      },
      remove: async () => bed?.remove(),
      isUsed: phase !== 'shadow-read',
    };
  };
}

for (const phase of ['shadow-read', 'dual-write', 'validate', 'cutover', 'backup'] as const)
  describe(phase, () => describeShards(`shards in ${phase}`, placeIn(phase)));
