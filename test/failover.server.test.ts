import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { promoteBackend } from '#apps/compose-promotion';
import type { ShardRouter } from '#engines/shards/routing';
import { ConflictError } from '#kernel/errors';
import { bedShards, FailoverBed } from './support/failover-bed.ts';
import { assertTold, WritingPerson } from './support/writing-person.ts';

let bed: FailoverBed;
let people: WritingPerson[];
/** Those whose shards are in `a`. */
let hit: WritingPerson[];

beforeEach(async () => {
  bed = await FailoverBed.start();
  people = Array.from({ length: 2 * bedShards }, (_, i) => new WritingPerson(bed.store, i % bedShards, i));
  hit = people.filter(({ shard }) => shard < bedShards / 2);
});
afterEach(() => bed.stop());

/** Resolves when it is so for everybody. Rejects when somebody's work failed. */
async function everybody(
  some: readonly WritingPerson[],
  isSo: (person: WritingPerson) => boolean,
): Promise<void> {
  while (!some.every(isSo)) await turn();
}

/** Resolves when everybody has had so many more writes acknowledged. */
function moreWrites(some: readonly WritingPerson[], count: number): Promise<void> {
  const before = new Map(some.map((person) => [person, person.told.length]));
  return everybody(some, (person) => person.told.length >= (before.get(person) ?? 0) + count);
}

/** The same of reads. */
function moreReads(some: readonly WritingPerson[], count: number): Promise<void> {
  const before = new Map(some.map((person) => [person, person.reads]));
  return everybody(some, (person) => person.reads >= (before.get(person) ?? 0) + count);
}

/** Runs what happens while everybody writes and reads; whatever goes wrong for them fails it. */
async function underLoad(work: () => Promise<void>): Promise<void> {
  for (const person of people) person.start();
  const failing = Promise.race(people.map((person) => person.failed));
  try {
    await Promise.race([work(), failing]);
  } finally {
    await Promise.all(people.map((person) => person.stop()));
  }
}

/** Everything that was acknowledged is there, once. */
async function assertWhole(): Promise<void> {
  for (let shard = 0; shard < bedShards; shard += 1) {
    const entries = await bed.router.readOutbox(shard, 0, 100_000);
    assertTold(
      people,
      entries.flatMap(({ event }) => (event['told'] ? [String(event['told'])] : [])),
      shard,
    );
  }
  for (const person of people) {
    const found = await bed.router.getMany(person.ids);
    for (const [id, n] of person.acknowledged) assert.ok(Number(found.get(id)?.data['n']) >= n);
  }
  assert.deepEqual(await bed.router.verify(), []);
}

const positionOf = async (server: FailoverBed['a']['primary']) =>
  (await server.query('select @@gtid_binlog_pos as position'))[0]?.['position'];

const absences = [
  {
    what: 'killed',
    take: () => bed.a.primary.kill(),
    give: () => bed.a.primary.start(),
  },
  {
    what: 'frozen',
    take: async () => bed.a.primary.pause(),
    give: async () => bed.a.primary.resume(),
  },
];

describe('shards on servers', () => {
  for (const { what, take, give } of absences) {
    it(`lose no acknowledged write when a primary is ${what} under load and its replica promoted`, async () => {
      await underLoad(async () => {
        await moreWrites(people, 20);
        const start = performance.now();
        await take();
        while (!hit.some(({ refused }) => refused.length > 0)) await turn();
        assert.ok(performance.now() - start < 5000);
        await everybody(hit, ({ refused }) => refused.length > 0);
        await moreReads(hit, 40);
        await moreWrites(
          people.filter((person) => !hit.includes(person)),
          5,
        );
        const { spec, isFenced } = await promoteBackend(bed.router, 'a');
        assert.equal(spec.primary, bed.a.replica.url);
        assert.equal(isFenced, false);
        await moreWrites(people, 20);
        await give();
        const before = await positionOf(bed.a.primary);
        await moreWrites(people, 20);
        assert.equal(await positionOf(bed.a.primary), before);
      });
      await assertWhole();
    });
  }

  it('are written to on neither server when the map was changed during a promotion', async () => {
    const racing = Object.create(bed.router) as ShardRouter;
    Object.assign(racing, {
      refresh: () => bed.router.refresh(),
      reroute: async (change: Parameters<ShardRouter['reroute']>[0]) => {
        const { primary } = bed.a;
        const a = { kind: 'mysql' as const, primary: primary.url, replicas: [] };
        await bed.router.reroute((topology) => ({ ...topology, backends: { ...topology.backends, a } }));
        return bed.router.reroute(change);
      },
    });
    await assert.rejects(promoteBackend(racing, 'a'), ConflictError);
    for (const server of [bed.a.primary, bed.a.replica])
      assert.equal((await server.query('select @@read_only as it'))[0]?.['it'], 1);
  });

  it('change their primary in use, and use the old one as a replica once it follows', async () => {
    const [{ primary, replica }] = [bed.a];
    await underLoad(async () => {
      await moreWrites(people, 20);
      const { isFenced } = await promoteBackend(bed.router, 'a');
      assert.equal(isFenced, true);
      await moreWrites(people, 20);
      const { hostname, port } = new URL(replica.url);
      await primary.query(`change master to master_host = '${hostname}', master_port = ${port},
        master_user = 'root', master_use_gtid = slave_pos, master_demote_to_slave = 1`);
      await primary.query('set global rpl_semi_sync_slave_enabled = 1');
      await primary.query('start slave');
      const engine = await bed.router.engine('a');
      while ((await engine.servers?.())?.[1]?.state !== 'up') await turn();
      await moreWrites(people, 20);
      await promoteBackend(bed.router, 'a', new URL(primary.url).host);
      await moreWrites(people, 20);
    });
    for (const { refused } of people) assert.deepEqual(refused, []);
    await assertWhole();
  });
});
