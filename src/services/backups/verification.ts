/** Looking whether a backup is whole and as it was written. Needs nothing but the folder. */
import path from 'node:path';
import { PinakesError } from '#kernel/errors';
import type { BackupOptions, Manifest, ShardEntry, VerifyReport } from './contract.ts';
import { readManifest } from './folder.ts';
import { damaged } from './shard-format.ts';
import { inspectShardFile } from './shard-reader.ts';

/** Throws `UnsupportedError` unless a file is the one that the manifest names. */
export async function requireWhole(folder: string, manifest: Manifest, entry: ShardEntry): Promise<void> {
  const { header, entry: found } = await inspectShardFile(path.join(folder, entry.file));
  if (found.sha256 !== entry.sha256 || found.bytes !== entry.bytes)
    throw damaged(entry.file, 'it is not the one that the backup was made of');
  const { shardCount, claimCount } = manifest;
  if (header.shard !== entry.shard || header.shardCount !== shardCount || header.claimCount !== claimCount)
    throw damaged(entry.file, 'it is of another backup');
}

/** The shards that a manifest does not name, or names twice. */
function gaps({ shards, shardCount }: Manifest): string[] {
  const named = new Set(shards.map(({ shard }) => shard));
  const missing = Array.from({ length: shardCount }, (_, n) => n).filter((n) => !named.has(n));
  const doubled = named.size < shards.length ? ['a shard is named twice'] : [];
  return [...missing.map((n) => `shard ${n} is missing`), ...doubled];
}

/** Reads a whole backup. Throws as `readManifest` when there is none to read. */
export async function verifyBackup(folder: string, options: BackupOptions = {}): Promise<VerifyReport> {
  const manifest = await readManifest(folder);
  const problems = gaps(manifest);
  let rows = 0;
  for (const [i, entry] of manifest.shards.entries()) {
    options.signal?.throwIfAborted();
    options.onProgress?.('Reading the backup', i, manifest.shards.length);
    try {
      await requireWhole(folder, manifest, entry);
      rows += entry.rows;
    } catch (error) {
      if (!(error instanceof PinakesError)) throw error;
      problems.push(error.message);
    }
  }
  options.onProgress?.('Reading the backup', manifest.shards.length, manifest.shards.length);
  return { shards: manifest.shards.length, rows, problems };
}
