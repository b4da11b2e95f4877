/** For tests of backups: real shards, a real log and the store on them, in a folder that can be damaged. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { knowledge } from '#apps/compose-backups';
import { createLruCache } from '#engines/cache/lru';
import { historyOf } from '#engines/event-log/history';
import { openSegmentLog, type SegmentLog } from '#engines/event-log/segments';
import { openSqliteShards } from '#engines/shards/sqlite';
import type { MovableShards, RowKey, TransferRow, TransferTable } from '#engines/shards/transfer';
import { ManualClock } from '#kernel/clock';
import { silentLog } from '#kernel/log';
import type { Backups } from '#services/backups/contract';
import { createBackups } from '#services/backups/index';
import { type Consumer, changesTopic, type DeliveredChange } from '#services/events/contract';
import { createEvents, toLogged } from '#services/events/index';
import type { Store } from '#services/store/contract';
import { createStore } from '#services/store/index';

/** How many shards a bed has. */
export const shardCount = 4;

/** Rows by table. */
export type Rows = Record<string, TransferRow[]>;

/** Opens the shards of a bed, again after a close. */
export type OpenShards = (folder: string, clock: ManualClock) => Promise<MovableShards>;

const inFiles: OpenShards = (folder, clock) =>
  openSqliteShards({
    folder: path.join(folder, 'shards'),
    count: shardCount,
    durability: 'process',
    clock,
  });

/** An installation of its own. */
export class BackupBed {
  readonly clock = new ManualClock();
  readonly folder: string;
  shards!: MovableShards;
  log!: SegmentLog;
  store!: Store;
  backups!: Backups;

  readonly #openShards: OpenShards;
  readonly #segmentBytes: number | undefined;

  private constructor(folder: string, openShards: OpenShards, segmentBytes: number | undefined) {
    this.folder = folder;
    this.#openShards = openShards;
    this.#segmentBytes = segmentBytes;
  }

  /** A bed with nothing in it; its shards are SQLite files unless told otherwise. */
  static async open(openShards: OpenShards = inFiles, segmentBytes?: number): Promise<BackupBed> {
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-backups-'));
    const bed = new BackupBed(folder, openShards, segmentBytes);
    await bed.#open();
    return bed;
  }

  async #open(): Promise<void> {
    const { clock } = this;
    const durability = 'process';
    this.shards = await this.#openShards(this.folder, clock);
    const segmentBytes = this.#segmentBytes;
    this.log = await openSegmentLog({
      folder: path.join(this.folder, 'log'),
      durability,
      clock,
      segmentBytes,
    });
    this.store = createStore({ shards: this.shards, cache: createLruCache({ maxEntries: 1000 }), clock });
    this.backups = this.backupsWith({});
  }

  /** The service on this bed's engines, with some of them replaced. */
  backupsWith(overrides: Partial<Parameters<typeof createBackups>[0]>): Backups {
    return createBackups({
      shards: this.shards,
      transfer: this.shards,
      eventLog: this.log,
      history: historyOf(this.log),
      clock: this.clock,
      claimCount: shardCount,
      source: this.folder,
      knowledge,
      toLogged,
      ...overrides,
    });
  }

  /** Brings what the outboxes hold to the log; answers what a consumer that begins now is told. */
  async relay(name = 'nobody'): Promise<DeliveredChange[]> {
    const told: DeliveredChange[] = [];
    const consumer: Consumer = {
      name,
      apply: async (changes) => void told.push(...changes),
      reset: async () => undefined,
    };
    const { shards, log, clock } = this;
    const events = createEvents({ shards, log, consumers: [consumer], logger: silentLog, clock });
    await events.start();
    await events.drain();
    await events.stop();
    return told;
  }

  /** Runs `damage` while nothing is open. */
  async stopped(damage: () => Promise<unknown>): Promise<void> {
    await this.shards.close();
    await this.log.close();
    await damage();
    await this.#open();
  }

  /** The file of a shard. */
  fileOf(shard: number): string {
    return path.join(this.folder, 'shards', `${String(shard).padStart(5, '0')}.sqlite`);
  }

  /** Where this bed's backups go. */
  backupFolder(name = 'backup'): string {
    return path.join(this.folder, name);
  }

  /** Everything that a shard holds, but for sequences and the outbox. */
  async rows(shard: number): Promise<Rows> {
    const rows: Rows = {};
    for (const table of (await this.shards.tables(shard)).sort()) {
      if (table === 'sequences' || table === 'outbox') continue;
      const some = await this.#rowsOf(shard, table);
      if (some.length > 0) rows[table] = some;
    }
    return rows;
  }

  async #rowsOf(shard: number, table: TransferTable): Promise<TransferRow[]> {
    const rows: TransferRow[] = [];
    let last: RowKey | undefined;
    do {
      const page = await this.shards.page(shard, table, last, 500);
      rows.push(...page);
      last = page.at(-1)?.key;
    } while (last);
    return rows;
  }

  /** How many events the log holds. */
  async logged(): Promise<number> {
    const ends = Array.from({ length: this.log.partitions }, (_, p) => this.log.end(changesTopic, p));
    return (await Promise.all(ends)).reduce((sum, end) => sum + end, 0);
  }

  async close(): Promise<void> {
    await this.shards.close();
    await this.log.close();
    await rm(this.folder, { recursive: true });
  }
}

/** Changes one byte in the middle of a file. */
export async function damageFile(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 0x55;
  await writeFile(file, bytes);
}
