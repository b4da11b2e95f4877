import assert from 'node:assert/strict';
import { copyFile, cp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openDiskBlobs } from '#engines/blobs/disk';
import { historyOf, joined } from '#engines/event-log/history';
import { openSegmentLog } from '#engines/event-log/segments';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { decodeId } from '#kernel/ids';
import { changesTopic } from '#services/events/contract';
import { BackupBed, type Rows } from '../../../test/support/backup-bed.ts';
import { ada, Library } from '../../../test/support/backup-library.ts';
import { overriding } from '../../../test/support/overriding.ts';
import type { RecoverReport, ShardRecovery } from './contract.ts';

/** One event a segment, nearly: what a log drops, it drops in small pieces. */
const segmentBytes = 700;

describe('recovering shards', () => {
  let bed: BackupBed;
  let library: Library;
  /** When each test began. */
  let begun: number;
  beforeEach(async () => {
    bed = await BackupBed.open(undefined, segmentBytes);
    library = new Library(bed);
    begun = bed.clock.now();
    await library.begin();
    for (const n of [1, 2, 3]) await library.pin(n);
    await bed.relay();
  });
  afterEach(() => bed.close());

  const destroy = (shard: number) => bed.stopped(() => rm(bed.fileOf(shard)));
  const aside = (shard: number) => path.join(bed.folder, `copy-${shard}`);
  const copy = (shard: number) => bed.stopped(() => copyFile(bed.fileOf(shard), aside(shard)));
  const bringBack = (shard: number) => bed.stopped(() => copyFile(aside(shard), bed.fileOf(shard)));
  const of = ({ shards }: RecoverReport, shard: number): ShardRecovery =>
    shards.find((one) => one.shard === shard) ?? assert.fail();
  /** Rows that are not as they should be. */
  const differences = (truth: Rows, now: Rows): number => {
    const flat = (rows: Rows) =>
      Object.entries(rows).flatMap(([table, all]) => all.map((row) => `${table} ${JSON.stringify(row)}`));
    const [were, are] = [new Set(flat(truth)), new Set(flat(now))];
    return [...were].filter((row) => !are.has(row)).length + [...are].filter((row) => !were.has(row)).length;
  };

  it('makes a lost shard again from the log alone, names and all, and again changes nothing', async () => {
    await library.rename(1, 'renamed');
    await library.unpin(2);
    await library.signOut(await library.signIn(1));
    await bed.relay();
    const truth = await bed.rows(1);
    await destroy(1);
    const planned = of(await bed.backups.recover({ since: begun, dryRun: true }), 1);
    assert.deepEqual(await bed.rows(1), {});
    const report = await bed.backups.recover({ since: begun });
    assert.equal(differences(truth, await bed.rows(1)), 0);
    const recovered = of(report, 1);
    assert.deepEqual(planned, recovered);
    assert.deepEqual([recovered.outcome, recovered.held, recovered.missing], ['recovered', 0, 0]);
    assert.equal(recovered.recoveredUntil, bed.clock.now() - 1000);
    assert.deepEqual(
      report.shards.filter(({ outcome }) => outcome === 'recovered').map(({ shard }) => shard),
      [1],
    );
    assert.deepEqual(await bed.shards.claimed('user-name', ['ada']), new Map([['ada', ada]]));
    assert.deepEqual(await bed.shards.verify(), []);
    const again = await bed.backups.recover({ since: begun });
    assert.ok(again.shards.every(({ outcome, events }) => outcome === 'whole' && events === 0));
    assert.equal(differences(truth, await bed.rows(1)), 0);
  });

  it('brings an older copy up to the log, and tells the log nothing twice', async () => {
    await library.pin(4);
    // What waits in the outbox of the copy reaches the log only later.
    await copy(1);
    const taken = bed.clock.now();
    await library.rename(1, 'renamed');
    await library.unpin(2);
    await bed.relay();
    const [truth, logged] = [await bed.rows(1), await bed.logged()];
    await bringBack(1);
    assert.ok(differences(truth, await bed.rows(1)) > 0);
    const report = of(await bed.backups.recover({ since: taken - 5000 }), 1);
    assert.equal(differences(truth, await bed.rows(1)), 0);
    assert.deepEqual([report.outcome, report.commits], ['recovered', 2]);
    assert.ok(report.alreadyThere > 0);
    assert.equal(report.heldUntil, taken - 1000);
    await bed.relay();
    assert.equal(await bed.logged(), logged);
  });

  it('gives out no id and no sequence a second time', async () => {
    const [given = ada] = await bed.shards.allocate(1, 'pin', 1);
    await destroy(1);
    await bed.backups.recover({ since: begun });
    const [next = ada] = await bed.shards.allocate(1, 'pin', 1);
    assert.ok(decodeId(next).local > decodeId(given).local);
    const before = await bed.logged();
    await library.pin(9);
    const told = await bed.relay('late');
    assert.equal(new Set(told.map(({ shard, sequence }) => `${shard}:${sequence}`)).size, told.length);
    assert.ok((await bed.logged()) > before);
  });

  it('leaves a shard alone rather than passing over what lies further back', async () => {
    await copy(1);
    await library.rename(1, 'renamed');
    await library.rename(2, 'renamed too');
    await bed.relay();
    const late = bed.clock.now() + 1;
    await library.rename(3, 'last');
    await bed.relay();
    const truth = await bed.rows(1);
    await bringBack(1);
    const before = await bed.rows(1);
    const refused = of(await bed.backups.recover({ since: late }), 1);
    assert.equal(refused.outcome, 'refused');
    assert.match(refused.problems.join(), /2 events behind its last one.*look further back/);
    assert.deepEqual(await bed.rows(1), before);
    const silent = of(await bed.backups.recover({ since: late }), 2);
    assert.equal(silent.outcome, 'unchecked');
    await bed.backups.recover({ since: begun });
    assert.equal(differences(truth, await bed.rows(1)), 0);
  });

  it('says what no log holds any more, and does what it can; with an archive, all', async () => {
    for (let n = 4; n < 30; n += 1) await library.pin(n);
    await bed.relay();
    const truth = await bed.rows(1);
    const options = { durability: 'process', clock: bed.clock, segmentBytes } as const;
    await bed.stopped(() =>
      cp(path.join(bed.folder, 'log'), path.join(bed.folder, 'archive'), { recursive: true }),
    );
    await bed.log.configure(changesTopic, { retainBytes: 1000 });
    await bed.log.keep();
    await destroy(1);
    const short = of(await bed.backups.recover({ since: begun, dryRun: true }), 1);
    assert.equal(short.outcome, 'incomplete');
    assert.ok(short.missing > 0 && short.events > 0);
    assert.match(short.problems.join(), /events.*are in no log any more/);
    await bed.backups.recover({ since: begun });
    const lost = differences(truth, await bed.rows(1));
    assert.ok(
      lost > 0 && lost < Object.values(truth).flat().length,
      `${lost} of ${Object.values(truth).flat().length}`,
    );
    await destroy(1);
    const whole = await openSegmentLog({ folder: path.join(bed.folder, 'archive'), ...options });
    const report = await bed
      .backupsWith({ history: joined(historyOf(whole), historyOf(bed.log)) })
      .recover({ since: begun });
    await whole.close();
    assert.deepEqual([of(report, 1).outcome, of(report, 1).missing], ['recovered', 0]);
    assert.equal(differences(truth, await bed.rows(1)), 0);
  });

  it('does not take an empty shard for whole where no log holds what may have been of it', async () => {
    bed.clock.advance(1000);
    await bed.log.configure(changesTopic, { retainMs: 1 });
    await bed.log.keep();
    await destroy(1);
    const report = await bed.backups.recover({ since: begun });
    assert.deepEqual([of(report, 1).outcome, of(report, 1).held], ['unchecked', 0]);
    assert.match(report.problems.join(), /\d+ events are kept neither by the event log nor by an archive/);
  });

  it('refuses a shard that was written to after it came back', async () => {
    await copy(1);
    await library.rename(1, 'of the first life');
    await bed.relay();
    await bringBack(1);
    await library.rename(1, 'of the second life');
    await bed.relay();
    const before = await bed.rows(1);
    const report = of(await bed.backups.recover({ since: begun }), 1);
    assert.equal(report.outcome, 'refused');
    assert.match(report.problems.join(), /not what the log says.*written to after it came back/);
    assert.deepEqual(await bed.rows(1), before);
  });

  it('goes on where it was interrupted', async () => {
    for (let n = 4; n < 180; n += 1) await library.pin(n);
    await bed.relay();
    const truth = await bed.rows(1);
    await destroy(1);
    let puts = 0;
    const put: typeof bed.shards.put = (shard, rows) => {
      puts += 1;
      if (puts === 2) throw new UnavailableError('the power is gone');
      return bed.shards.put(shard, rows);
    };
    const failing = bed.backupsWith({ transfer: overriding(bed.shards, { put }) });
    await assert.rejects(failing.recover({ since: begun }), /power is gone/);
    assert.ok(differences(truth, await bed.rows(1)) > 0);
    const report = of(await bed.backups.recover({ since: begun }), 1);
    assert.ok(report.held > 0 && report.events > 0);
    assert.equal(differences(truth, await bed.rows(1)), 0);
  });

  it('tells of pictures whose files are gone, of saves that wait, and of shards that cannot be read', async () => {
    await destroy(2);
    await bed.stopped(() => writeFile(bed.fileOf(1), 'no database at all, and long enough. '.repeat(99)));
    const blobs = await openDiskBlobs({ folder: path.join(bed.folder, 'blobs') });
    const backups = bed.backupsWith({ blobs, waitingSaves: async () => 3 });
    const report = await backups.recover({ since: begun });
    await blobs.close();
    assert.deepEqual([of(report, 2).pictures, of(report, 2).picturesMissing], [1, 1]);
    assert.match(of(report, 2).problems.join(), /1 pictures are without their files/);
    assert.equal(report.waitingSaves, 3);
    assert.equal(of(report, 1).outcome, 'refused');
    assert.match(of(report, 1).problems.join(), /cannot be read/);
    await assert.rejects(bed.backups.recover({ since: begun, shards: [4] }), InvalidInputError);
  });
});
