import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { createLruCache } from '#engines/cache/lru';
import type { Change, Shards } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import { system } from '#kernel/actor';
import { ManualClock } from '#kernel/clock';
import { ConflictError, InvalidInputError, NotFoundError } from '#kernel/errors';
import { encodeId, type Id, type ObjectType, objectTypes } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { type MappingName, mappings, type Store } from './contract.ts';
import { createStore } from './index.ts';

const shard = 1;
// Kept from the log, so its ends need not be there.
const mapping = 'user_has_follower';

/** The store as simply as it can be said. */
class Model {
  objects = new Map<Id, { data: JsonObject; version: number }>();
  edges = new Map<string, { from: Id; to: Id; sequence: number }>();

  /** Applies all changes or none; answers whether it did. */
  commit(changes: readonly Change[]): boolean {
    const [objects, edges] = [new Map(this.objects), new Map(this.edges)];
    if (changes.every((change) => this.#apply(change))) return true;
    this.objects = objects;
    this.edges = edges;
    return false;
  }

  #apply(change: Change): boolean {
    if (change.kind === 'put' || change.kind === 'remove') {
      const version = this.objects.get(change.id)?.version ?? 0;
      if (change.expect !== undefined && change.expect !== version) return false;
      if (change.kind === 'remove') this.objects.delete(change.id);
      else this.objects.set(change.id, { data: change.data, version: version + 1 });
    } else if (change.kind === 'link') {
      const key = `${change.from} ${change.to}`;
      if (change.unique && this.edges.has(key)) return false;
      this.edges.set(key, { from: change.from, to: change.to, sequence: change.sequence });
    } else if (change.kind === 'unlink') this.edges.delete(`${change.from} ${change.to}`);
    return true;
  }

  range(from: Id) {
    const own = [...this.edges.values()].filter((edge) => edge.from === from);
    return own.sort((a, b) => b.sequence - a.sequence || (BigInt(a.to) < BigInt(b.to) ? 1 : -1));
  }
}

const idOf = (type: ObjectType) => (n: number) => encodeId({ shard, type: objectTypes[type], local: n });
const people = [1, 2, 3, 4].map(idOf('user'));
const followed = [5, 6].map(idOf('user'));

/** Changes to a few people and their followers. */
function anyChange(): fc.Arbitrary<Change> {
  const expect = fc.option(fc.nat(3), { nil: undefined, freq: 2 });
  const data = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }).map((value) => {
    return JSON.parse(JSON.stringify(value)) as JsonObject;
  });
  const person = fc.constantFrom(...people);
  const edge = { mapping: fc.constant(mapping), from: fc.constantFrom(...followed), to: person };
  const kind = <const K extends string>(name: K) => fc.constant(name);
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: kind('put'), id: person, data, expect }) },
    fc.record({ kind: kind('remove'), id: person, expect }),
    fc.record({ kind: kind('link'), ...edge, sequence: fc.nat(3), unique: fc.boolean() }),
    fc.record({ kind: kind('unlink'), ...edge }),
  );
}

describe('store, whatever is asked of it', () => {
  let folder = '';
  let shards: Shards;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pinakes-store-'));
    shards = await openSqliteShards({ folder, count: 4, durability: 'process' });
  });
  after(async () => {
    await shards.close();
    await rm(folder, { recursive: true });
  });
  const smallStore = (): Store =>
    createStore({ shards, cache: createLruCache({ maxEntries: 2 }), clock: new ManualClock() });

  const compare = async (store: Store, model: Model): Promise<void> => {
    const found = await store.getMany(system, people);
    const seen = [...found].map(([id, { data, version }]) => [id, { data, version }] as const);
    assert.deepEqual(new Map(seen), model.objects);
    for (const from of followed) {
      const edges = model.range(from);
      assert.deepEqual(await store.range(system, { mapping, from, limit: 9 }), edges);
      assert.deepEqual(await store.linked(system, mapping, from, people), new Set(edges.map(({ to }) => to)));
      assert.equal((await store.countLinks(system, mapping, [from])).get(from), edges.length);
    }
  };

  const isDone = async (commit: Promise<unknown>): Promise<boolean> => {
    try {
      await commit;
      return true;
    } catch (error) {
      assert.ok(error instanceof ConflictError);
      return false;
    }
  };

  /** Leaves nothing of an earlier run. */
  const clear = async (): Promise<void> => {
    const changes: Change[] = people.map((id) => ({ kind: 'remove', id }));
    for (const from of followed) {
      for (const to of people) changes.push({ kind: 'unlink', mapping, from, to });
    }
    await shards.commit(shard, changes);
  };

  it('reads the same as a simple model after any commits', async () => {
    const commits = fc.array(fc.array(anyChange(), { minLength: 1, maxLength: 4 }), { maxLength: 12 });
    const run = async (list: Change[][]) => {
      await clear();
      const [store, model] = [smallStore(), new Model()];
      for (const changes of list) {
        assert.equal(await isDone(store.commit(system, { shard, changes })), model.commit(changes));
        await compare(store, model);
      }
    };
    await fc.assert(fc.asyncProperty(commits, run), { numRuns: 200 });
  });

  it('refuses every id of another shard or of the wrong type, and only those', async () => {
    const names = Object.keys(mappings) as MappingName[];
    const types = Object.keys(objectTypes) as ObjectType[];
    const loose = new Set<string>([
      'media_has_pin',
      'user_has_follower',
      'board_has_follower',
      'user_joins_board',
    ]);
    // Objects of these types need not name others.
    const plain = new Set<number>([objectTypes.user, objectTypes.section, objectTypes.media]);
    const id = fc.record({
      shard: fc.oneof(fc.constant(shard), fc.nat(65_535)),
      type: fc.oneof(
        fc.constantFrom(...types).map((type) => objectTypes[type]),
        fc.nat(1023),
      ),
      local: fc.integer({ min: 1, max: 2 ** 36 - 1 }),
    });
    const run = async (
      mapping: MappingName,
      from: { shard: number; type: number; local: number },
      to: typeof from,
    ) => {
      const wanted = mappings[mapping];
      const fits =
        from.shard === shard && from.type === objectTypes[wanted.from] && to.type === objectTypes[wanted.to];
      const change: Change = { kind: 'link', mapping, from: encodeId(from), to: encodeId(to), sequence: 1 };
      const store = smallStore();
      const ends = [encodeId(from), encodeId(to)];
      const there = await store.getMany(system, ends, { fresh: true });
      const isThere = loose.has(mapping) || ends.every((id) => there.has(id));
      const commit = store.commit(system, { shard, changes: [change] });
      if (fits && isThere) await commit;
      else await assert.rejects(commit, fits ? NotFoundError : InvalidInputError);
      const isPut = from.shard === shard && plain.has(from.type);
      const put = store.commit(system, { shard, changes: [{ kind: 'put', id: encodeId(from), data: {} }] });
      if (isPut) await put;
      else await assert.rejects(put, InvalidInputError);
    };
    await fc.assert(fc.asyncProperty(fc.constantFrom(...names), id, id, run), { numRuns: 200 });
  });
});
