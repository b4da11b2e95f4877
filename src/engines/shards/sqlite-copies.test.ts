import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { idOf, put } from './contract-bed.ts';
import { ShardFile } from './sqlite/shard-file.ts';
import { openSqliteShards } from './sqlite.ts';
import type { MovableShards } from './transfer.ts';

const run = promisify(execFile);
const pins = Array.from({ length: 2000 }, (_, i) => put(idOf(1, 'pin', i + 1), { text: 'x'.repeat(500) }));

describe('snapshots of SQLite shards', () => {
  let folder = '';
  let shards: MovableShards;
  const open = () => openSqliteShards({ folder, count: 4, durability: 'process' });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pinakes-copies-'));
    shards = await open();
    await shards.commit(1, pins);
  });
  afterEach(async () => {
    await shards.close();
    await rm(folder, { recursive: true });
  });

  it('leave no copy behind, neither when read nor when left off nor when the shards are closed', async () => {
    for await (const _part of shards.snapshot(1));
    for await (const _part of shards.snapshot(1)) break;
    const left = shards.snapshot(1)[Symbol.asyncIterator]();
    await left.next();
    assert.ok((await readdir(folder)).some((name) => name.includes('copy')));
    await shards.close();
    assert.deepEqual(await readdir(folder), ['00001.sqlite', 'shards.json']);
  });

  it('are cleared away when their process died', async () => {
    await shards.close();
    await writeFile(path.join(folder, '00001.sqlite.copy-1'), 'half');
    await writeFile(path.join(folder, '00001.sqlite.copy-1-wal'), 'half');
    await writeFile(path.join(folder, '00002.sqlite.new'), 'half');
    shards = await open();
    assert.deepEqual(await readdir(folder), ['00001.sqlite', 'shards.json']);
  });

  it('keep the shard locked against other processes', async () => {
    for await (const _part of shards.snapshot(1));
    const source = `
      import { openSqliteShards } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)};
      const shards = await openSqliteShards(${JSON.stringify({ folder, count: 4, durability: 'process' })});
      console.log(await shards.scan(1, 'pin', 0, 1).then(() => 'read', () => 'refused'));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source]);
    assert.equal(stdout.trim(), 'refused');
  });

  it('let the write-ahead log be moved into the file again when they are over', async () => {
    const text = 'y'.repeat(4000);
    const write = async (n: number) => {
      for (let i = 0; i < n; i += 1) await shards.commit(1, [put(idOf(1, 'pin', (i % 50) + 1), { text, i })]);
    };
    const parts = shards.snapshot(1)[Symbol.asyncIterator]();
    await Promise.all([parts.next(), write(100)]);
    await parts.return?.();
    await write(3000);
    const { size } = await stat(path.join(folder, '00001.sqlite-wal'));
    assert.ok(size < 6e6, `${size} bytes`);
  });
});

describe('a copy of a SQLite shard', () => {
  it('is of one moment, however much is written to the shard while it is made', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-copies-'));
    const file = new ShardFile(1, path.join(folder, 'a'));
    const rows = 1000;
    const write = (n: number) =>
      file.transaction(() => {
        const sql = 'replace into pin (local_id, data, version, created_at) values (?, ?, ?, 0)';
        file.run(sql, (n % rows) + 1, 'x'.repeat(3000), n);
        file.run(sql, rows + 1, '', n);
      });
    for (let n = 1; n <= rows; n += 1) write(n);
    let isCopied = false;
    const copying = file.copyTo(path.join(folder, 'b'), new AbortController().signal).finally(() => {
      isCopied = true;
    });
    for (let n = rows + 1; !isCopied; n += 1) {
      write(n);
      if (n % 100 === 0) await setImmediate();
    }
    await copying;
    const copy = new ShardFile(1, path.join(folder, 'b'));
    const versions = copy.rows('select version from pin order by local_id').map(([n]) => Number(n));
    const last = versions.pop() ?? 0;
    assert.ok(last >= rows && versions.length === rows);
    assert.deepEqual(
      versions.map((n) => [n % rows, n <= last && n > last - rows]),
      versions.map((_, i) => [i, true]),
    );
    for (const each of [file, copy]) each.close();
    await rm(folder, { recursive: true });
  });
});
