import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { system } from '#kernel/actor';
import { ConflictError, InvalidInputError, UnsupportedError } from '#kernel/errors';
import { encodeId, type Id } from '#kernel/ids';
import { BackupBed, damageFile, shardCount } from '../../../test/support/backup-bed.ts';
import { verifyBackup } from './index.ts';
import { readShardFile } from './shard-reader.ts';

const person = (local: number, shard = local % shardCount): Id => encodeId({ shard, type: 3, local });

async function addPeople(bed: BackupBed, count: number, from = 0): Promise<void> {
  for (let n = from + 1; n <= from + count; n += 1) {
    const data = { name: `person-${n} ü 🧶 \u2028`, displayName: 'x'.repeat(200), role: 'member' };
    await bed.store.commit(system, {
      shard: n % shardCount,
      changes: [{ kind: 'put', id: person(n), data, expect: 0 }],
    });
  }
}

async function rowsIn(file: string): Promise<number> {
  let rows = 0;
  for await (const part of readShardFile(file)) rows += part.rows.length;
  return rows;
}

describe('taking backups', () => {
  let bed: BackupBed;
  let folder: string;
  beforeEach(async () => {
    bed = await BackupBed.open();
    folder = bed.backupFolder();
  });
  afterEach(() => bed.close());
  const fileOf = (shard: number) => path.join(folder, `shard-${String(shard).padStart(5, '0')}.jsonl.zst`);

  it('writes a file a shard and a manifest, all of which are found whole', async () => {
    await addPeople(bed, 50);
    const steps: [number, number][] = [];
    const report = await bed.backups.backup(folder, {
      onProgress: (_, done, all) => steps.push([done, all]),
    });
    assert.deepEqual((await readdir(folder)).sort(), [
      'backup.json',
      ...[0, 1, 2, 3].map((n) => path.basename(fileOf(n))),
    ]);
    // 50 people, 50 events, and the next sequence of four outboxes.
    assert.deepEqual([report.shards, report.rows, report.resumed], [4, 104, 0]);
    assert.deepEqual(
      steps,
      [0, 1, 2, 3, 4].map((n) => [n, 4]),
    );
    const manifest = JSON.parse(await readFile(path.join(folder, 'backup.json'), 'utf8'));
    assert.deepEqual([manifest.version, manifest.shardCount, manifest.claimCount], [1, 4, 4]);
    assert.deepEqual(manifest.shards[1].outbox, { from: 1, through: 13 });
    assert.deepEqual(await verifyBackup(folder), { shards: 4, rows: 104, problems: [] });
  });

  it('is of one moment of each shard while people write', async () => {
    await addPeople(bed, 400);
    const writing = addPeople(bed, 400, 400);
    await bed.backups.backup(folder);
    await writing;
    for (let shard = 0; shard < shardCount; shard += 1) {
      const counts: Record<string, number> = {};
      for await (const { table, rows } of readShardFile(fileOf(shard)))
        counts[table] = (counts[table] ?? 0) + rows.length;
      assert.ok(Number(counts['object:user']) >= 100);
      assert.equal(counts['object:user'], counts['outbox']);
    }
  });

  it('goes on with one that was interrupted, and is none before', async () => {
    await addPeople(bed, 20);
    const stop = new AbortController();
    const interrupted = bed.backups.backup(folder, {
      signal: stop.signal,
      onProgress: (_, done) => done === 2 && stop.abort(new Error('enough')),
    });
    await assert.rejects(interrupted);
    assert.ok(!(await readdir(folder)).includes('backup.json'));
    await assert.rejects(verifyBackup(folder), /interrupted/);
    await assert.rejects(bed.backups.restore({ folder }), InvalidInputError);
    await writeFile(`${fileOf(3)}.tmp`, 'half');
    const report = await bed.backups.backup(folder);
    assert.deepEqual([report.shards, report.resumed], [4, 2]);
    assert.deepEqual((await verifyBackup(folder)).problems, []);
    assert.ok(!(await readdir(folder)).includes('backup.unfinished.json'));
  });

  it('writes again what an interrupted one left damaged', async () => {
    await addPeople(bed, 40);
    const stop = new AbortController();
    const options = {
      signal: stop.signal,
      onProgress: (_: string, done: number) => done === 3 && stop.abort(new Error('enough')),
    };
    await assert.rejects(
      bed.backups.backup(folder, { ...options, onProgress: (l, d) => void options.onProgress(l, d) }),
    );
    await damageFile(fileOf(1));
    assert.equal((await bed.backups.backup(folder)).resumed, 2);
    assert.deepEqual((await verifyBackup(folder)).problems, []);
  });

  it('refuses a folder that holds a backup or anything else', async () => {
    await bed.backups.backup(folder);
    await assert.rejects(bed.backups.backup(folder), ConflictError);
    const other = bed.backupFolder('other');
    await mkdir(other);
    await writeFile(path.join(other, 'notes.txt'), 'mine');
    await assert.rejects(bed.backups.backup(other), /notes\.txt/);
    await rm(path.join(folder, 'backup.json'));
    await assert.rejects(bed.backups.backup(folder), ConflictError);
  });

  it('does not go on with the backup of another installation', async () => {
    const another = await BackupBed.open();
    const stop = new AbortController();
    stop.abort(new Error('at once'));
    await assert.rejects(another.backups.backup(folder, { signal: stop.signal }));
    await assert.rejects(bed.backups.backup(folder), /another installation/);
    await another.close();
  });

  it('finds every kind of damage', async () => {
    await addPeople(bed, 40);
    await bed.backups.backup(folder);
    const manifest = path.join(folder, 'backup.json');
    const [whole, text] = [await readFile(fileOf(1)), await readFile(manifest, 'utf8')];
    const damages: [RegExp, () => Promise<unknown>][] = [
      [/shard-00001/, () => damageFile(fileOf(1))],
      [/shard-00001/, () => truncate(fileOf(1), whole.length - 9)],
      [/shard-00001/, () => truncate(fileOf(1), 0)],
      [/shard-00001/, () => rm(fileOf(1))],
      [/another|not the one/, async () => writeFile(fileOf(1), await readFile(fileOf(2)))],
      [/shard 1 is missing/, () => writeFile(manifest, text.replace('"shard": 1,', '"shard": 2,'))],
    ];
    for (const [words, damage] of damages) {
      await damage();
      assert.match((await verifyBackup(folder)).problems.join(), words);
      await writeFile(fileOf(1), whole);
      await writeFile(manifest, text);
    }
    assert.deepEqual((await verifyBackup(folder)).problems, []);
    await writeFile(manifest, text.slice(0, 100));
    await assert.rejects(verifyBackup(folder), UnsupportedError);
    await writeFile(manifest, text.replace('"version": 1', '"version": 2'));
    await assert.rejects(verifyBackup(folder), /version 1, not 2/);
  });

  it('keeps rows as they are, whatever their text', async () => {
    await addPeople(bed, 8);
    await bed.backups.backup(folder);
    const rows: unknown[] = [];
    for await (const part of readShardFile(fileOf(1)))
      if (part.table === 'object:user') rows.push(...part.rows);
    assert.deepEqual(rows, (await bed.rows(1))['object:user']);
    assert.ok((await rowsIn(fileOf(1))) > rows.length);
  });
});
