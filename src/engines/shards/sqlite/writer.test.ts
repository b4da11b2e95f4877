import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ShardFile } from './shard-file.ts';
import { ShardWriter } from './writer.ts';

describe('writes to shards', () => {
  let folder: string;
  let files: ShardFile[];
  let writer: ShardWriter;
  let log: string[];
  /** Ends the syncs that wait, in their order. */
  let syncs: PromiseWithResolvers<void>[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-writer-'));
    files = [0, 1].map((shard) => new ShardFile(shard, path.join(folder, `${shard}.sqlite`)));
    writer = new ShardWriter('power');
    log = [];
    syncs = [];
    for (const file of files) {
      file.sync = () => {
        const sync = Promise.withResolvers<void>();
        syncs.push(sync);
        return sync.promise;
      };
    }
  });
  afterEach(async () => {
    for (const file of files) file.close();
    await rm(folder, { recursive: true, force: true });
  });

  const write = (name: string, file = 0, onApplied?: () => void): Promise<unknown> =>
    writer
      .run(files[file] as ShardFile, () => log.push(name), onApplied)
      .then(
        () => log.push(`${name} is durable`),
        () => log.push(`${name} failed`),
      );
  /** Makes a shard's log full until it has been moved. */
  const fill = (number: number, move: () => Promise<unknown>) => {
    const file = files[number] as ShardFile;
    const full = (value: boolean) => Object.defineProperty(file, 'isFull', { value, configurable: true });
    full(true);
    file.checkpoint = async () => {
      await move();
      full(false);
    };
  };
  const turns = async (count: number) => {
    for (let n = 0; n < count; n += 1) await turn();
  };

  it('run while others are brought to disk, and share the sync after that', async () => {
    void write('a');
    await turns(2);
    for (const name of ['b', 'c', 'd']) {
      void write(name);
      await turns(2);
    }
    assert.deepEqual(log, ['a', 'b', 'c', 'd']);
    assert.equal(syncs.length, 1);
    syncs[0]?.resolve();
    await turns(2);
    assert.deepEqual(log.slice(4), ['a is durable']);
    assert.equal(syncs.length, 2);
    syncs[1]?.resolve();
    await turns(2);
    assert.deepEqual(log.slice(5), ['b is durable', 'c is durable', 'd is durable']);
    await writer.close();
    assert.equal(syncs.length, 2);
  });

  it('wait while the log is moved into the file', async () => {
    const moved = Promise.withResolvers<void>();
    fill(0, () => moved.promise);
    void write('a');
    await turns(2);
    syncs[0]?.resolve();
    await turns(2);
    void write('b');
    await turns(4);
    assert.deepEqual(log, ['a', 'a is durable']);
    moved.resolve();
    await turns(4);
    assert.deepEqual(log, ['a', 'a is durable', 'b']);
  });

  it('go on while the log of another is moved, though theirs is full too', async () => {
    const moved = Promise.withResolvers<void>();
    let moves = 0;
    for (const file of [0, 1]) {
      fill(file, () => {
        moves += 1;
        return moved.promise;
      });
    }
    void write('a', 0);
    await turns(2);
    syncs[0]?.resolve();
    await turns(2);
    void write('b', 1);
    await turns(2);
    void write('c', 1);
    await turns(2);
    syncs[1]?.resolve();
    await turns(2);
    assert.deepEqual(log, ['a', 'a is durable', 'b', 'c', 'b is durable']);
    assert.equal(moves, 1);
  });

  it('wait while the log is to be moved and not all of it is on disk', async () => {
    void write('a');
    await turns(2);
    fill(0, async () => log.push('moved'));
    void write('b');
    await turns(4);
    assert.deepEqual(log, ['a']);
    syncs[0]?.resolve();
    await turns(4);
    assert.deepEqual(log.toSorted(), ['a', 'a is durable', 'b', 'moved']);
    assert.equal(log.at(-1), 'b');
  });

  it('that nobody syncs keep the log from being moved as long as one of them is not on disk', async () => {
    writer = new ShardWriter('process');
    const other = Promise.withResolvers<void>();
    fill(0, async () => log.push('moved'));
    void write('a');
    await turns(2);
    fill(1, () => other.promise);
    void write('b', 1);
    await turns(2);
    syncs[1]?.resolve();
    await turns(2);
    void write('c');
    await turns(2);
    other.resolve();
    await turns(2);
    syncs[0]?.resolve();
    await turns(4);
    assert.ok(log.includes('c is durable') && !log.includes('moved'), log.join(', '));
    void write('d');
    await turns(2);
    syncs[2]?.resolve();
    await turns(4);
    assert.ok(log.includes('moved'), log.join(', '));
  });

  it('wait while the log of their shard, left alone, is moved though it is not full', async () => {
    writer = new ShardWriter('power', 1);
    const file = files[0] as ShardFile;
    Object.defineProperty(file, 'isGrown', { value: true });
    const [begun, moved] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    file.checkpoint = async () => {
      begun.resolve();
      await moved.promise;
    };
    const synced = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    file.sync = async () => synced.shift()?.resolve();
    void write('a');
    await synced[1]?.promise;
    void write('b');
    await begun.promise;
    await turns(4);
    assert.deepEqual(log, ['a', 'a is durable']);
    moved.resolve();
    await turns(4);
    assert.deepEqual(log, ['a', 'a is durable', 'b', 'b is durable']);
    await writer.close();
  });

  it('run in the same turn of the event loop as the write that let their writer go on', async () => {
    const applied = Promise.withResolvers<void>();
    void write('a', 0, applied.resolve);
    void applied.promise.then(() => write('b', 1));
    setImmediate(() => setImmediate(() => log.push('everybody else')));
    await turns(3);
    assert.deepEqual(log, ['a', 'b', 'everybody else']);
  });

  it('all fail that a failed sync leaves in doubt, and all after them', async () => {
    void write('a');
    await turns(2);
    void write('b');
    await turns(2);
    syncs[0]?.reject(new Error('the disk is gone'));
    await turns(4);
    assert.deepEqual(log, ['a', 'b', 'a failed', 'b failed']);
    void write('c');
    await turns(4);
    assert.ok(log.includes('c failed'));
    await writer.close();
  });
});
