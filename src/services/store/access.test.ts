import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { type Actor, stranger } from '#kernel/actor';
import { ForbiddenError, InvalidInputError, NotFoundError } from '#kernel/errors';
import { encodeId, type Id, typeOf } from '#kernel/ids';
import { type Attempt, attemptOf, attempts, type Choice } from '../../../test/support/access-attempts.ts';
import { dumpOf, makeWorld, type World, type WorldPlan } from '../../../test/support/access-world.ts';
import { openShardBed, type ShardBed } from '../../../test/support/shard-bed.ts';
import { type MappingName, mappings } from './contract.ts';

const place = fc.nat(1_000_000);
const role = fc.constantFrom('editor', 'viewer', null);
const plan: fc.Arbitrary<WorldPlan> = fc.record({
  boards: fc.array(
    fc.record({
      owner: fc.nat(2),
      secret: fc.boolean(),
      roles: fc.array(role, { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  media: fc.array(fc.record({ uploader: fc.option(fc.nat(2)), took: fc.subarray([0, 1, 2]) }), {
    minLength: 1,
    maxLength: 3,
  }),
  pins: fc.array(fc.record({ board: place, media: place }), { maxLength: 6 }),
  follows: fc.array(fc.record({ follower: place, target: place }), { maxLength: 4 }),
});
const forged = fc
  .record({ shard: fc.nat(65_535), type: fc.nat(1023), local: fc.integer({ min: 1, max: 2 ** 36 - 1 }) })
  .map(encodeId);
const choice: fc.Arbitrary<Choice> = fc.record({
  kind: fc.constantFrom(...(Object.keys(attempts) as Choice['kind'][])),
  actor: fc.nat(2),
  a: place,
  b: place,
  c: place,
  forged,
});

describe('access to the store', () => {
  let bed: ShardBed;
  before(async () => {
    bed = await openShardBed();
  });
  after(async () => {
    await bed[Symbol.asyncDispose]();
  });

  const compareObjects = async (actor: Actor, world: World, ids: readonly Id[], fresh: boolean) => {
    const expected = ids.filter((id) => world.sees(actor, id));
    const found = await bed.store.getMany(actor, ids, { fresh });
    assert.deepEqual([...found.keys()].sort(), expected.toSorted());
    for (const [id, { data }] of found) {
      const { passwordHash: _password, hash: _token, ...open } = world.objects.get(id) ?? {};
      assert.deepEqual(data, open);
    }
    for (const id of ids) {
      const got = bed.store.get(actor, id, { fresh });
      if (expected.includes(id)) assert.equal((await got).id, id);
      else await assert.rejects(got, new NotFoundError(typeOf(id) ?? 'object'));
    }
  };

  const compareEdges = async (actor: Actor, world: World, ids: readonly Id[]) => {
    for (const mapping of Object.keys(mappings) as MappingName[]) {
      const { from: type, to } = mappings[mapping];
      const froms = ids.filter((id) => typeOf(id) === type);
      const expected = froms.map((from) => {
        return world
          .reads(actor, mapping, from)
          .map((edge) => ({ from, to: edge.to, sequence: edge.sequence }));
      });
      const requests = froms.map((from) => ({ mapping, from, limit: 99 }));
      assert.deepEqual(await bed.store.rangeMany(actor, requests), expected, mapping);
      const counts = await bed.store.countLinks(actor, mapping, froms);
      assert.deepEqual(
        [...counts.values()],
        expected.map(({ length }) => length),
        mapping,
      );
      for (const [at, from] of froms.entries()) {
        const linked = await bed.store.linked(
          actor,
          mapping,
          from,
          ids.filter((id) => typeOf(id) === to),
        );
        assert.deepEqual(linked, new Set(expected[at]?.map((edge) => edge.to)), mapping);
        assert.deepEqual(await paged(actor, mapping, from), expected[at], mapping);
      }
    }
  };

  const paged = async (actor: Actor, mapping: MappingName, from: Id) => {
    const edges = [];
    for (let after: { sequence: number; to: Id } | undefined; ; after = edges.at(-1)) {
      const page = await bed.store.range(actor, { mapping, from, limit: 1, after });
      if (page.length === 0) return edges;
      edges.push(...page);
    }
  };

  it('reads as a simple model of the rules says, by every way of reading', async () => {
    const run = async (worldPlan: WorldPlan, strange: readonly Id[], fresh: boolean) => {
      const world = await makeWorld(bed.store, worldPlan);
      const ids = [...new Set([...world.ids(), ...strange])];
      for (const actor of [...world.people, stranger]) {
        await compareObjects(actor, world, ids, fresh);
        await compareEdges(actor, world, ids);
      }
    };
    await fc.assert(fc.asyncProperty(plan, fc.array(forged, { maxLength: 3 }), fc.boolean(), run), {
      numRuns: 40,
    });
  });

  const refusals = [ForbiddenError, NotFoundError, InvalidInputError];

  const attempt = async (world: World, { actor, shard, changes, isAllowed }: Attempt) => {
    const named = changes.flatMap((change) => ('id' in change ? [change.id] : []));
    const before = await dumpOf(bed.shards, world, named);
    const commit = bed.store.commit(actor, { shard, changes });
    const words = JSON.stringify({ actor, changes });
    if (isAllowed) {
      await commit.catch((error: unknown) => assert.fail(`refused, ${String(error)}: ${words}`));
      world.apply(changes);
      return;
    }
    const error: unknown = await commit.then(
      () => assert.fail(`let through: ${words}`),
      (thrown: unknown) => thrown,
    );
    assert.ok(
      refusals.some((kind) => error instanceof kind),
      `${String(error)}: ${words}`,
    );
    assert.deepEqual(await dumpOf(bed.shards, world, named), before);
  };

  it('writes what the model lets, refuses all else, and a refusal leaves no trace', async () => {
    let [allowed, refused] = [0, 0];
    const run = async (worldPlan: WorldPlan, choices: readonly Choice[]) => {
      const world = await makeWorld(bed.store, worldPlan);
      for (const one of choices) {
        const made = await attemptOf(bed.store, world, one);
        if (made.isAllowed) allowed += 1;
        else refused += 1;
        await attempt(world, made);
      }
      for (const actor of world.people) await compareObjects(actor, world, world.ids(), false);
    };
    await fc.assert(fc.asyncProperty(plan, fc.array(choice, { minLength: 5, maxLength: 25 }), run), {
      numRuns: 60,
    });
    assert.ok(allowed > 50 && refused > 50, `${allowed} were allowed, ${refused} refused`);
  });
});
