import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Checkpoints } from './sqlite-checkpoints.ts';

test('files that are written to alike do not all come to be moved at the same commit', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-checkpoints-'));
  const due = new Set<number>();
  for (let n = 0; n < 24; n += 1) {
    const db = new DatabaseSync(path.join(folder, `${n}.sqlite`));
    db.exec('pragma journal_mode = wal; pragma synchronous = normal');
    const checkpoints = new Checkpoints(db);
    let commits = 0;
    for (; !checkpoints.isDue; commits += 1) checkpoints.committed(8);
    due.add(commits);
    db.close();
  }
  await rm(folder, { recursive: true });
  assert.ok(due.size > 1, [...due].join(', '));
  assert.ok(Math.min(...due) >= 16 && Math.max(...due) <= 32, [...due].join(', '));
});

test('few large commits fill the log as many small ones do', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-checkpoints-'));
  const db = new DatabaseSync(path.join(folder, 'a.sqlite'));
  db.exec('pragma journal_mode = wal; pragma synchronous = normal');
  const checkpoints = new Checkpoints(db);
  checkpoints.committed(32);
  assert.deepEqual([checkpoints.isWorthwhile, checkpoints.isDue], [false, false]);
  checkpoints.committed(64);
  assert.deepEqual([checkpoints.isWorthwhile, checkpoints.isDue], [true, false]);
  checkpoints.committed(256);
  assert.equal(checkpoints.isDue, true);
  checkpoints.run();
  assert.deepEqual([checkpoints.isWorthwhile, checkpoints.isDue], [false, false]);
  db.close();
  await rm(folder, { recursive: true });
});
