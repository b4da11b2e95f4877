/** Taking a backup. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Shards } from '#engines/shards/port';
import type { ShardTransfer } from '#engines/shards/transfer';
import type { Clock } from '#kernel/clock';
import {
  type BackupOptions,
  type BackupReport,
  formatVersion,
  type Manifest,
  type ShardEntry,
} from './contract.ts';
import { beginBackup, finishBackup } from './folder.ts';
import { type ShardHeader, shardFileName } from './shard-format.ts';
import { inspectShardFile } from './shard-reader.ts';
import { writeShardFile } from './shard-writer.ts';

/** What taking stands on. */
export interface TakingDeps {
  readonly shards: Pick<Shards, 'count'>;
  readonly transfer: ShardTransfer;
  readonly clock: Clock;
  /** The count that claims are hashed over. */
  readonly claimCount: number;
  /** Names the installation. */
  readonly source: string;
}

/** A shard's file that an earlier attempt left whole. */
async function writtenBefore(folder: string, header: ShardHeader): Promise<ShardEntry | undefined> {
  const file = path.join(folder, shardFileName(header.shard));
  try {
    await access(file);
  } catch {
    return undefined;
  }
  const { header: found, entry } = await inspectShardFile(file);
  return JSON.stringify(found) === JSON.stringify(header) ? entry : undefined;
}

/** Writes all shards into a folder, those first that are not there yet; then the manifest. */
export async function takeBackup(
  { shards, transfer, clock, claimCount, source }: TakingDeps,
  folder: string,
  { onProgress, signal }: BackupOptions,
): Promise<BackupReport> {
  const shardCount = shards.count;
  const takenAt = new Date(clock.now()).toISOString();
  const begun = await beginBackup(folder, { source, shardCount, claimCount, takenAt });
  const entries: ShardEntry[] = [];
  let resumed = 0;
  for (let shard = 0; shard < shardCount; shard += 1) {
    signal?.throwIfAborted();
    onProgress?.('Backing up shards', shard, shardCount);
    const header = {
      format: 'pinakes-shard',
      version: formatVersion,
      shard,
      shardCount,
      claimCount,
    } as const;
    const before = await writtenBefore(folder, header).catch(() => undefined);
    if (before) resumed += 1;
    entries.push(
      before ?? (await writeShardFile({ folder, header, parts: transfer.snapshot(shard), clock, signal })),
    );
  }
  onProgress?.('Backing up shards', shardCount, shardCount);
  const manifest: Manifest = { format: 'pinakes-backup', version: formatVersion, ...begun, shards: entries };
  await finishBackup(folder, manifest);
  return reportOf(folder, entries, resumed);
}

function reportOf(folder: string, entries: readonly ShardEntry[], resumed: number): BackupReport {
  const sum = (of: (entry: ShardEntry) => number) => entries.reduce((total, entry) => total + of(entry), 0);
  return {
    folder,
    shards: entries.length,
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    resumed,
  };
}
