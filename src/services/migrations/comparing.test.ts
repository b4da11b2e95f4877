import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { idOf } from '#engines/shards/contract-bed';
import { openSqliteShards } from '#engines/shards/sqlite';
import type { MovableShards, RowKey } from '#engines/shards/transfer';
import { differencesAmong } from './comparing.ts';
import { follow } from './following.ts';

const shard = 1;
const owner = idOf(shard, 'board', 1);

describe('the comparison of a row that is written to meanwhile', () => {
  let folder: string;
  let truth: MovableShards;
  let copy: MovableShards;
  let name: string;
  let key: RowKey;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pinakes-comparing-'));
    const open = (side: string) =>
      openSqliteShards({ folder: path.join(folder, side), count: 4, durability: 'process' });
    [truth, copy] = await Promise.all([open('truth'), open('copy')]);
    name = Array.from({ length: 100 }, (_, n) => `name-${n}`).find(
      (one) => truth.claimShard('name', one) === shard,
    ) as string;
    key = ['name', name];
    await truth.setState(shard, { seal: null, journal: true });
    await claim();
    await follow({ shard, truth, copy });
  });
  afterEach(async () => {
    await Promise.all([truth.close(), copy.close()]);
    await rm(folder, { recursive: true });
  });
  const claim = () => truth.claim('name', name, owner);
  const release = () => truth.release('name', name, owner);
  const free = (): Disposable => ({ [Symbol.dispose]: () => undefined });

  /** The truth, where people do something around each reading of the journal; told whether that is empty. */
  function busy(
    before: () => Promise<unknown>,
    after: (isEmpty: boolean) => Promise<unknown>,
  ): MovableShards {
    return new Proxy(truth, {
      get(engine, verb) {
        if (verb === 'readJournal')
          return async (...of: Parameters<MovableShards['readJournal']>) => {
            await before();
            const part = await engine.readJournal(...of);
            await after(part.through === 0);
            return part;
          };
        const value: unknown = Reflect.get(engine, verb);
        return typeof value === 'function' ? value.bind(engine) : value;
      },
    });
  }

  /** Runs the steps one after the other, one a call, and nothing after the last. */
  const once = (step: () => Promise<unknown>) => {
    let isDone = false;
    return async (isTime = true) => {
      if (isDone || !isTime) return;
      isDone = true;
      await step();
    };
  };

  it('finds no difference where a name was given up and taken again by the same owner', async () => {
    const people = busy(once(release), once(claim));
    assert.deepEqual(await differencesAmong({ shard, truth: people, copy }, 'claims', [key], free), []);
    assert.equal((await copy.claimed('name', [name])).get(name), owner);
  });

  it('finds what the copy lacks and nobody has written', async () => {
    await copy.put(shard, [{ table: 'claims', key, value: null }]);
    const [found, ...others] = await differencesAmong({ shard, truth, copy }, 'claims', [key], free);
    assert.deepEqual([found?.key, found?.what, others], [key, 'missing', []]);
  });

  it('lets writers wait where a row is always being written, and then tells', async () => {
    await copy.put(shard, [{ table: 'claims', key, value: null }]);
    let isHeld = false;
    let times = 0;
    const write = async () => {
      if (isHeld) return;
      times += 1;
      await (times % 2 === 0 ? claim() : release());
    };
    const hold = (): Disposable => {
      isHeld = true;
      return { [Symbol.dispose]: () => (isHeld = false) };
    };
    const people = busy(async () => undefined, write);
    assert.deepEqual(await differencesAmong({ shard, truth: people, copy }, 'claims', [key], hold), []);
    assert.ok(times >= 3);
    const names = [await truth.claimed('name', [name]), await copy.claimed('name', [name])];
    assert.deepEqual(names[0], names[1]);
  });
});
