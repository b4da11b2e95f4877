import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Registry } from '#engines/registry/port';
import { InvalidInputError, NotFoundError, UnavailableError } from '#kernel/errors';
import { RouterBed, spread } from '../../../test/support/router-bed.ts';
import { describeShards } from './contract.ts';
import { emit, idOf, link, put, type ShardsPlace } from './contract-bed.ts';
import type { Shards } from './port.ts';
import type { ShadowOutcome, ShardRouter } from './routing.ts';
import { moveRange } from './topology-ranges.ts';
import type { MovableShards } from './transfer.ts';

/** Closes the registry with the router. */
function closing(router: ShardRouter, registry: Registry): Shards {
  return new Proxy<Shards>(router, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key === 'close') return () => target.close().then(() => registry.close());
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function placeOver(engines: number): () => Promise<ShardsPlace> {
  return async () => {
    let bed: RouterBed | undefined;
    return {
      async open(clock) {
        bed ??= await RouterBed.make(spread(engines), clock);
        const registry = await bed.registry();
        return closing(await bed.router(registry), registry);
      },
      remove: async () => bed?.remove(),
    };
  };
}

describeShards('shards over one engine', placeOver(1));
describeShards('shards over two engines', placeOver(2));
describeShards('shards over three engines', placeOver(3));

const ada = idOf(1, 'user', 1);
const board = idOf(1, 'board', 1);

describe('the router', () => {
  let bed: RouterBed;
  let registry: Registry;
  let router: ShardRouter;
  let here: MovableShards;
  let there: MovableShards;
  beforeEach(async () => {
    bed = await RouterBed.make(spread(2));
    registry = await bed.registry();
    router = await bed.router(registry, { sealedLimitMs: 200 });
    here = await router.engine('engine-1');
    there = await router.engine('engine-0');
  });
  afterEach(async () => {
    await router.close();
    await registry.close();
    await bed.remove();
  });
  const move = (shard: number, backend: string) =>
    router.reroute((map) => moveRange(map, shard, shard, backend));

  it('writes each shard into the engine that the map names', async () => {
    await router.commit(1, [put(ada, { n: 1 })]);
    await router.commit(2, [put(idOf(2, 'user', 1), { n: 2 })]);
    assert.equal((await here.getMany([ada, idOf(2, 'user', 1)])).size, 1);
    await move(1, 'engine-0');
    await router.commit(1, [put(ada, { n: 3 })]);
    assert.deepEqual((await there.getMany([ada])).get(ada)?.data, { n: 3 });
    assert.deepEqual((await here.getMany([ada])).get(ada)?.data, { n: 1 });
    assert.deepEqual((await router.getMany([ada])).get(ada)?.data, { n: 3 });
  });

  it('finds a shard where it is after a restart', async () => {
    await move(1, 'engine-0');
    await router.commit(1, [put(ada, {})]);
    await router.close();
    router = await bed.router(registry);
    assert.equal((await router.getMany([ada])).size, 1);
    assert.equal((await (await router.engine('engine-0')).getMany([ada])).size, 1);
  });

  it('follows a map that another process changes, also for a write that comes too early', async () => {
    // What another process does: seal, and change the map behind this router's back.
    await here.setState(1, { seal: 'moved', journal: false });
    const setting = await registry.getSetting('shards');
    const write = router.commit(1, [put(ada, { n: 1 })]);
    await registry.setSetting('shards', moveRange(router.topology, 1, 1, 'engine-0'), setting?.version ?? 0);
    await write;
    assert.equal((await there.getMany([ada])).size, 1);
    assert.equal((await here.getMany([ada])).size, 0);
  });

  it('tries a write again while its shard takes none for a moment', async () => {
    await here.setState(1, { seal: 'read-only', journal: false });
    const writes = [
      router.commit(1, [put(ada, {})]),
      router.allocate(1, 'pin', 2),
      router.commit(3, [put(idOf(3, 'pin', 1), {})]),
    ];
    await writes[2];
    await here.setState(1, { seal: null, journal: false });
    await Promise.all(writes);
    assert.equal((await router.getMany([ada])).size, 1);
  });

  it('gives up a write that no engine takes, having written nothing', async () => {
    for (const seal of ['moved', 'read-only'] as const) {
      await here.setState(1, { seal, journal: false });
      await assert.rejects(router.commit(1, [put(ada, {})]), (error: Error) => {
        return error instanceof UnavailableError && /shard 1 takes no writes now/.test(error.message);
      });
    }
    assert.equal((await router.getMany([ada])).size, 0);
  });

  it('keeps the writers of a paused shard waiting in order, no others', async () => {
    const pause = router.pauseWriters(1);
    const done: number[] = [];
    const writes = [1, 2, 3].map((n) => router.commit(1, [put(ada, { n })]).then(() => done.push(n)));
    const trim = router.trimOutbox(1, 5);
    await router.commit(2, [put(idOf(2, 'user', 1), {})]);
    assert.equal((await here.getMany([ada])).size, 0);
    assert.throws(() => router.pauseWriters(1), UnavailableError);
    pause[Symbol.dispose]();
    await Promise.all([...writes, trim]);
    assert.deepEqual(done, [1, 2, 3]);
    assert.deepEqual((await router.getMany([ada])).get(ada)?.data, { n: 3 });
    router.pauseWriters(1)[Symbol.dispose]();
  });

  it('places claims by the count of the first day, in whichever engine their shard is', async () => {
    const topology = { ...spread(2), claimCount: 3 };
    const small = await RouterBed.make(topology);
    const settings = await small.registry();
    const shards = await small.router(settings);
    const keys = Array.from({ length: 30 }, (_, i) => `name ${i}`);
    for (const key of keys) await shards.claim('name', key, ada);
    assert.deepEqual(new Set(keys.map((key) => shards.claimShard('name', key))), new Set([0, 1, 2]));
    assert.deepEqual(await shards.claimed('name', keys), new Map(keys.map((key) => [key, ada])));
    await shards.release('name', 'name 3', ada);
    assert.equal((await shards.claimed('name', keys)).size, 29);
    await shards.close();
    await settings.close();
    await small.remove();
  });

  it('does not tell the outbox of a shard that has moved away', async () => {
    await router.commit(1, [emit({ n: 1 })]);
    await router.commit(2, [emit({ n: 1 })]);
    assert.deepEqual((await router.shardsWithOutbox()).sort(), [1, 2]);
    await move(1, 'engine-0');
    assert.deepEqual(await router.shardsWithOutbox(), [2]);
  });

  it('takes an engine that is added while it runs, and knows no others', async () => {
    await assert.rejects(router.engine('late'), NotFoundError);
    await router.reroute((map) => ({
      ...map,
      backends: { ...map.backends, late: { kind: 'sqlite', folder: 'l' } },
    }));
    await move(1, 'late');
    await router.commit(1, [put(ada, {})]);
    assert.equal((await (await router.engine('late')).getMany([ada])).size, 1);
    await move(1, 'engine-1');
    await router.reroute(({ backends: { late: _, ...backends }, ...map }) => ({ ...map, backends }));
    await assert.rejects(router.engine('late'), NotFoundError);
    await router.reroute((map) => ({
      ...map,
      backends: { ...map.backends, again: { kind: 'sqlite', folder: 'l' } },
    }));
    assert.equal((await (await router.engine('again')).getMany([ada])).size, 1);
  });

  it('loses no change of the map when several change it at once', async () => {
    const second = await bed.registry();
    await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map((shard) => move(shard, shard < 4 ? 'engine-0' : 'engine-1')),
    );
    assert.deepEqual((await second.getSetting('shards'))?.value, router.topology);
    assert.deepEqual(
      router.topology.ranges.map(({ from, backend }) => [from, backend]),
      [
        [0, 'engine-0'],
        [4, 'engine-1'],
      ],
    );
    await second.close();
  });

  it('refuses a change of the map that breaks its rules, and keeps following the old one', async () => {
    const before = router.topology;
    await assert.rejects(
      router.reroute((map) => ({ ...map, ranges: [] })),
      InvalidInputError,
    );
    await assert.rejects(
      router.reroute((map) => ({ ...map, count: 7 })),
      InvalidInputError,
    );
    assert.deepEqual(await router.refresh(), before);
  });

  it('starts with the engines that can be opened; the others answer as soon as they can', async () => {
    await router.close();
    let isDown = true;
    router = await bed.router(registry, {
      async open(spec, counts) {
        if (isDown && spec.kind === 'sqlite' && spec.folder === 'engine-1')
          throw new UnavailableError('down');
        return bed.open(spec, counts);
      },
    });
    await router.commit(2, [put(idOf(2, 'pin', 1), {})]);
    await assert.rejects(router.getMany([ada]), UnavailableError);
    await assert.rejects(router.commit(1, [put(ada, {})]), UnavailableError);
    assert.deepEqual(await router.verify(), ['down']);
    isDown = false;
    await router.commit(1, [put(ada, {})]);
    assert.equal((await router.getMany([ada, idOf(2, 'pin', 1)])).size, 2);
  });

  it('does not start when no engine can be opened, or one refuses its configuration', async () => {
    const broken = (error: Error) => bed.router(registry, { open: () => Promise.reject(error) });
    await router.close();
    await assert.rejects(broken(new UnavailableError('down')), /down/);
    await assert.rejects(broken(new InvalidInputError('url', 'is wrong')), InvalidInputError);
    router = await bed.router(registry);
  });

  it('tells watchers how long reads took, what was written, and what failed', async () => {
    const seen = { reads: 0, wrote: [] as number[], failed: 0 };
    const stop = router.watch({
      read: (ms) => (seen.reads += ms >= 0 ? 1 : 0),
      wrote: (shard) => seen.wrote.push(shard),
      failed: () => (seen.failed += 1),
    });
    await router.commit(1, [put(ada, {}), link(ada, board, 1)]);
    await router.getMany([ada]);
    await router.rangeMany([{ mapping: 'user_owns_board', from: ada, limit: 9 }]);
    await here.setState(1, { seal: 'moved', journal: false });
    await assert.rejects(router.commit(1, [put(ada, {})]));
    await router.readsEnded();
    stop();
    await router.getMany([ada]);
    assert.deepEqual(seen, { reads: 2, wrote: [1, 1], failed: 1 });
  });
});

describe('shadow reads', () => {
  let bed: RouterBed;
  let registry: Registry;
  let router: ShardRouter;
  const range = { mapping: 'user_owns_board', from: ada, limit: 9 };
  const ids = [ada, board, idOf(2, 'user', 1)];
  beforeEach(async () => {
    bed = await RouterBed.make(spread(2));
    registry = await bed.registry();
    router = await bed.router(registry, { shadowPausesMs: [1, 10, 50] });
    await router.commit(1, [put(ada, { n: 1 }), put(board, {}), link(ada, board, 5)]);
    await router.commit(2, [put(idOf(2, 'user', 1), {})]);
  });
  afterEach(async () => {
    await router.close();
    await registry.close();
    await bed.remove();
  });

  /** Reads with shard 1 shadowed in `engine-0`, and waits for `count` outcomes. */
  async function shadowed(
    count: number,
    compares: boolean,
    read: () => Promise<unknown>,
  ): Promise<ShadowOutcome[]> {
    const outcomes: ShadowOutcome[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = router.shadow({
      engineOf: (shard) => (shard === 1 ? 'engine-0' : undefined),
      share: 1,
      compares,
      report(outcome) {
        outcomes.push(outcome);
        if (outcomes.length === count) resolve();
      },
    });
    await read();
    await promise;
    stop();
    return outcomes;
  }
  const kinds = (outcomes: ShadowOutcome[]) => outcomes.map(({ kind }) => kind);

  /** Copies shard 1 as it is. */
  async function copy(): Promise<void> {
    const [from, to] = [await router.engine('engine-1'), await router.engine('engine-0')];
    for (const table of await from.tables(1)) {
      const rows = await from.page(1, table, undefined, 100);
      await to.put(
        1,
        rows.map((row) => ({ table, ...row })),
      );
    }
  }

  it('ask the other engine for the same and compare nothing when told so', async () => {
    const outcomes = await shadowed(2, false, async () => {
      assert.equal((await router.getMany(ids)).size, 3);
      assert.equal((await router.range(range)).length, 1);
      await router.getMany([idOf(2, 'user', 1)]);
    });
    assert.deepEqual(kinds(outcomes), ['answered', 'answered']);
    assert.ok(outcomes.every(({ primaryMs, shadowMs }) => primaryMs >= 0 && shadowMs >= 0));
  });

  it('find a true copy to match', async () => {
    await copy();
    const outcomes = await shadowed(2, true, async () => {
      await router.getMany([...ids, idOf(1, 'pin', 99)]);
      await router.rangeMany([range, { ...range, from: idOf(2, 'user', 1) }]);
    });
    assert.deepEqual(kinds(outcomes), ['matched', 'matched']);
  });

  it('find a copy to differ that stays behind, and one to match that comes after', async () => {
    await copy();
    await router.commit(1, [put(ada, { n: 2 })]);
    const late = await shadowed(1, true, async () => {
      await router.getMany([ada]);
      await copy();
    });
    assert.deepEqual(kinds(late), ['matched']);
    await router.commit(1, [{ kind: 'unlink', mapping: 'user_owns_board', from: ada, to: board }]);
    const never = await shadowed(1, true, () => router.range(range));
    assert.deepEqual(kinds(never), ['different']);
    assert.match(never[0]?.detail ?? '', /user_owns_board/);
  });

  it('never fail a read, whatever the other engine does', async () => {
    await (await router.engine('engine-0')).close();
    const outcomes = await shadowed(1, true, async () => {
      assert.equal((await router.getMany([ada])).size, 1);
    });
    assert.deepEqual(kinds(outcomes), ['failed']);
  });

  it('ask no more at once than they may', async () => {
    const outcomes = await shadowed(8, false, () =>
      Promise.all(Array.from({ length: 30 }, () => router.getMany([ada]))),
    );
    assert.equal(outcomes.length, 8);
  });
});
