import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Change } from '#engines/shards/port';
import { system } from '#kernel/actor';
import { PinakesError } from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import { changeEvent } from '#services/store/contract';
import { BackupBed, type Rows } from '../../../test/support/backup-bed.ts';

const shard = 1;
const section = (local: number): Id => encodeId({ shard, type: objectTypes.section, local: local + 1 });
const user = (local: number): Id => encodeId({ shard, type: objectTypes.user, local: local + 1 });
const other = (local: number): Id => encodeId({ shard: 3, type: objectTypes.user, local: local + 1 });

/** A step of a commit, told by small numbers. */
type Step = readonly [kind: number, a: number, b: number];

function changesOf([kind, a, b]: Step, at: number): Change[] {
  const id = section(a);
  const edge = { mapping: 'user_has_follower', from: user(a), to: other(b) } as const;
  const event = { type: 'section.updated', id, version: 0, at, actor: null, before: null } as const;
  const all: Change[][] = [
    [{ kind: 'put', id, data: { b } }],
    [{ kind: 'put', id, data: { '10': 1, '9': b, z: { y: [b], '1': null } }, expect: b % 3 }],
    [{ kind: 'put', id, data: { b }, createdAt: 1000 + b }, changeEvent({ ...event, body: { b } })],
    [{ kind: 'put', id, data: { b, hidden: true } }, changeEvent({ ...event, body: { b } })],
    [{ kind: 'remove', id }],
    [{ kind: 'link', ...edge, sequence: a - b }],
    [{ kind: 'unlink', ...edge }],
    [changeEvent({ ...event, body: { nothing: b } })],
    [{ kind: 'put', id, data: { text: 'ü'.repeat(40_000), b } }],
  ];
  return all[kind % all.length] ?? [];
}

/** Commits that may be refused. */
async function write(bed: BackupBed, commits: readonly Step[][]): Promise<void> {
  for (const steps of commits) {
    const at = bed.clock.now();
    const changes = steps.flatMap((step) => changesOf(step, at));
    await bed.store.commit(system, { shard, changes }).catch((error: unknown) => {
      if (!(error instanceof PinakesError)) throw error;
    });
    bed.clock.advance(10);
  }
}

/** Objects without their versions. */
function dataOf(rows: Rows): unknown {
  return rows['object:section']?.map(({ key, value }) => [key, value[1], value[2]]);
}

const step = fc.tuple(fc.nat(8), fc.nat(4), fc.nat(3));
const commits = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 25 });

async function withBed(work: (bed: BackupBed) => Promise<void>): Promise<void> {
  const bed = await BackupBed.open();
  try {
    await work(bed);
  } finally {
    await bed.close();
  }
}

describe('a backup and the log together', () => {
  it('make any shard again as it was, row by row', async () => {
    const run = fc.asyncProperty(commits, commits, (before, after) =>
      withBed(async (bed) => {
        await write(bed, before);
        await bed.backups.backup(bed.backupFolder());
        await write(bed, after);
        await bed.relay();
        const rows = await bed.rows(shard);
        await bed.stopped(() => rm(bed.fileOf(shard), { force: true }));
        await bed.backups.restore({ folder: bed.backupFolder(), shards: [shard] });
        assert.deepEqual(await bed.rows(shard), rows);
      }),
    );
    await fc.assert(run, { numRuns: 12 });
  });

  it('bring objects back to any moment since, and again to the present after that', async () => {
    const run = fc.asyncProperty(commits, commits, commits, (before, after, mistaken) =>
      withBed(async (bed) => {
        const folder = bed.backupFolder();
        await write(bed, before);
        await bed.backups.backup(folder);
        await write(bed, after);
        const [until, right] = [bed.clock.now(), dataOf(await bed.rows(shard))];
        bed.clock.advance(1);
        await write(bed, mistaken);
        await bed.backups.restore({ folder, shards: [shard], until });
        assert.deepEqual(dataOf(await bed.rows(shard)), right);
        await bed.relay();
        const rows = await bed.rows(shard);
        await bed.stopped(() => rm(bed.fileOf(shard), { force: true }));
        await bed.backups.restore({ folder, shards: [shard] });
        assert.deepEqual(await bed.rows(shard), rows);
      }),
    );
    await fc.assert(run, { numRuns: 12 });
  });
});
