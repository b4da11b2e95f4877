/** Reading a shard's file. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createZstdDecompress } from 'node:zlib';
import type { TransferRow, TransferTable } from '#engines/shards/transfer';
import { PinakesError, UnsupportedError } from '#kernel/errors';
import { check } from '#kernel/schema';
import { formatVersion, type ShardEntry } from './contract.ts';
import { linesOf } from './lines.ts';
import {
  damaged,
  type RowPart,
  type ShardHeader,
  ShardHeaderSchema,
  Tally,
  type Trailer,
  TrailerSchema,
} from './shard-format.ts';

function parse(file: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw damaged(file, 'a line is no JSON', error);
  }
}

function headerOf(file: string, value: unknown): ShardHeader {
  const header = checked(file, () => check(ShardHeaderSchema, value, 'header'));
  if (header.version !== formatVersion)
    throw new UnsupportedError(
      path.basename(file),
      `must be of version ${formatVersion}, not ${header.version}`,
    );
  return header;
}

function checked<T>(file: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : String(error), error);
  }
}

function rowOf(file: string, value: unknown): TransferRow {
  if (Array.isArray(value) && Array.isArray(value[0]) && Array.isArray(value[1]))
    return { key: value[0], value: value[1] };
  throw damaged(file, 'a row is none');
}

/** Reads lines one behind the other, so that the last one is known to be the trailer. */
class Reading {
  readonly #file: string;
  readonly #tally = new Tally();
  #header: ShardHeader | undefined;
  #table: TransferTable | undefined;
  #held: string | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes lines; answers the rows that they make whole. */
  *take(lines: readonly string[]): Iterable<RowPart> {
    let rows: TransferRow[] = [];
    for (const line of lines) {
      const value = this.#next(line);
      if (value === undefined) continue;
      if (Array.isArray(value)) {
        rows.push(this.#row(value));
        continue;
      }
      if (this.#table && rows.length > 0) yield { table: this.#table, rows };
      rows = [];
      this.#table = (value as { table: TransferTable }).table;
    }
    if (this.#table && rows.length > 0) yield { table: this.#table, rows };
  }

  #next(line: string): unknown {
    const held = this.#held;
    this.#held = line;
    if (held === undefined) return undefined;
    this.#tally.line(held);
    const value = parse(this.#file, held);
    if (this.#header) return value;
    this.#header = headerOf(this.#file, value);
    return undefined;
  }

  #row(value: unknown): TransferRow {
    if (!this.#table) throw damaged(this.#file, 'a row stands before any table');
    const row = rowOf(this.#file, value);
    this.#tally.row(this.#table, row);
    return row;
  }

  /** Compares the trailer with what was read. */
  end(): { header: ShardHeader; trailer: Trailer } {
    const header = this.#header;
    if (!header || this.#held === undefined) throw damaged(this.#file, 'it ends early');
    const value = parse(this.#file, this.#held);
    const trailer = checked(this.#file, () => check(TrailerSchema, value, 'trailer'));
    const found = this.#tally.end(trailer.at);
    if (found.rows !== trailer.rows || found.sha256 !== trailer.sha256)
      throw damaged(this.#file, 'its rows are not those that were written');
    return { header, trailer };
  }
}

async function* decompressed(file: string): AsyncIterable<Buffer> {
  const source = createReadStream(file);
  const target = createZstdDecompress();
  source.on('error', (error) => target.destroy(error)).pipe(target);
  try {
    yield* target;
  } finally {
    source.destroy();
  }
}

/** Reads a shard's file. Throws `UnsupportedError` when it is not whole, at the end at the latest. */
export async function* readShardFile(
  file: string,
): AsyncGenerator<RowPart, { header: ShardHeader; trailer: Trailer }> {
  const reading = new Reading(file);
  try {
    for await (const lines of linesOf(decompressed(file))) yield* reading.take(lines);
  } catch (error) {
    throw error instanceof PinakesError ? error : damaged(file, 'it cannot be read', error);
  }
  return reading.end();
}

/** Reads a shard's file to its end and tells what a manifest says of it. */
export async function inspectShardFile(file: string): Promise<{ header: ShardHeader; entry: ShardEntry }> {
  const rows = readShardFile(file);
  let next = await rows.next();
  while (!next.done) next = await rows.next();
  const { header, trailer } = next.value;
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const { rows: count, at, outbox } = trailer;
  const sha256 = hash.digest('hex');
  return {
    header,
    entry: { shard: header.shard, file: path.basename(file), bytes, sha256, rows: count, at, outbox },
  };
}
