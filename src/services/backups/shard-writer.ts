/** Writing a shard's file. */

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import type { TransferTable } from '#engines/shards/transfer';
import type { Clock } from '#kernel/clock';
import { syncFolder } from '#kernel/sync';
import type { ShardEntry } from './contract.ts';
import {
  damaged,
  type RowPart,
  type ShardHeader,
  shardFileName,
  Tally,
  type Trailer,
} from './shard-format.ts';

async function* textOf(
  header: ShardHeader,
  parts: AsyncIterable<RowPart>,
  clock: Clock,
  onEnd: (trailer: Trailer) => void,
): AsyncIterable<string> {
  const tally = new Tally();
  let last: TransferTable | undefined;
  let at: number | undefined;
  yield tally.line(JSON.stringify(header));
  for await (const { table, rows } of parts) {
    at ??= clock.now();
    let text = table === last ? '' : tally.line(JSON.stringify({ table }));
    for (const row of rows) {
      tally.row(table, row);
      text += tally.line(JSON.stringify([row.key, row.value]));
    }
    last = table;
    yield text;
  }
  const trailer = tally.end(at ?? clock.now());
  yield `${JSON.stringify(trailer)}\n`;
  onEnd(trailer);
}

/** What is known of a shard's file once it was written. */
export interface WrittenShard {
  readonly folder: string;
  readonly header: ShardHeader;
  readonly parts: AsyncIterable<RowPart>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Writes a shard's file: under another name, to disk, then under its own. */
export async function writeShardFile(shard: WrittenShard): Promise<ShardEntry> {
  const { folder, header, parts, clock, signal } = shard;
  const file = shardFileName(header.shard);
  const target = path.join(folder, file);
  const temporary = `${target}.tmp`;
  const hash = createHash('sha256');
  let bytes = 0;
  let trailer: Trailer | undefined;
  const text = textOf(header, parts, clock, (end) => {
    trailer = end;
  });
  try {
    await pipeline(
      Readable.from(text),
      createZstdCompress(),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(temporary, { flush: true }),
      ...(signal ? [{ signal }] : []),
    );
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await rename(temporary, target);
  await syncFolder(folder);
  if (!trailer) throw damaged(file, 'its writing ended early');
  const { rows, at, outbox } = trailer;
  return { shard: header.shard, file, bytes, sha256: hash.digest('hex'), rows, at, outbox };
}
