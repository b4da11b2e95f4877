/**
 * The file of one shard: lines of JSON, compressed with Zstandard. The first is a header; `{"table":…}` begins a table;
 * a row is `[key, value]`; the last line is a trailer with what was written and the SHA-256 of all lines before it.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import Type, { type Static } from 'typebox';
import type { TransferRow, TransferTable } from '#engines/shards/transfer';
import { UnsupportedError } from '#kernel/errors';
import { OutboxSpanSchema } from './contract.ts';

/** The first line. */
export const ShardHeaderSchema = Type.Object({
  format: Type.Literal('pinakes-shard'),
  version: Type.Integer({ minimum: 1 }),
  shard: Type.Integer({ minimum: 0, maximum: 65_535 }),
  shardCount: Type.Integer({ minimum: 1 }),
  claimCount: Type.Integer({ minimum: 1 }),
});
export type ShardHeader = Static<typeof ShardHeaderSchema>;

/** The last line. */
export const TrailerSchema = Type.Object({
  rows: Type.Integer({ minimum: 0 }),
  at: Type.Integer({ minimum: 0 }),
  outbox: OutboxSpanSchema,
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type Trailer = Static<typeof TrailerSchema>;

/** Rows of one table. */
export interface RowPart {
  readonly table: TransferTable;
  readonly rows: readonly TransferRow[];
}

/** A shard's file in a backup. */
export function shardFileName(shard: number): string {
  return `shard-${String(shard).padStart(5, '0')}.jsonl.zst`;
}

/** The error for a file that is not as it was written. */
export function damaged(file: string, reason: string, cause?: unknown): UnsupportedError {
  return new UnsupportedError(path.basename(file), `is damaged: ${reason}`, cause);
}

/** Counts what passes, and what it says of the outbox. */
export class Tally {
  readonly #hash = createHash('sha256');
  rows = 0;
  #first: number | undefined;
  #through = 0;

  /** Takes a line; answers it with its end. */
  line(text: string): string {
    this.#hash.update(`${text}\n`);
    return `${text}\n`;
  }

  /** Takes the row of a line. */
  row(table: TransferTable, { key, value }: TransferRow): void {
    this.rows += 1;
    if (table === 'outbox') this.#first ??= Number(key[0]);
    if (table === 'sequences' && key[0] === 'outbox') this.#through = Number(value[0]) - 1;
  }

  /** The trailer behind what was taken. */
  end(at: number): Trailer {
    const outbox = { from: this.#first ?? this.#through + 1, through: this.#through };
    return { rows: this.rows, at, outbox, sha256: this.#hash.digest('hex') };
  }
}
