/** Copying shards that are SQLite files. */
import { setImmediate } from 'node:timers/promises';
import type { ObjectType } from '#kernel/ids';
import { turns } from '#kernel/turns';
import type { Allocator } from '../allocator.ts';
import type {
  JournalPart,
  RangeDigest,
  RowKey,
  RowPut,
  ShardState,
  ShardTransfer,
  TransferRow,
  TransferTable,
} from '../transfer.ts';
import { digestOf } from '../transfer-digest.ts';
import { checkName, checkPut, outboxSequence } from '../transfer-rows.ts';
import { Copies } from './copies.ts';
import type { ShardFolder } from './folder.ts';
import { emptyJournal, readJournal, trimJournal } from './journal.ts';
import { type RowTable, readPage, readRow, rowTable, writeRow } from './row-tables.ts';
import { tablesOf } from './schema.ts';
import type { ShardFile } from './shard-file.ts';
import { openState, writeState } from './state.ts';
import type { ShardWriter } from './writer.ts';

/** Rows in a part of a snapshot. */
const partRows = 250;

/** What the shards of a folder stand on. */
export interface SqliteTransferDeps {
  readonly folder: ShardFolder;
  readonly writer: ShardWriter;
  readonly allocator: Allocator;
}

/** A row made ready to be written. */
type PutStep = (file: ShardFile) => void;

/** The verbs of copying, on the files that the shards are served from. */
export class SqliteTransfer implements ShardTransfer {
  readonly #folder: ShardFolder;
  readonly #writer: ShardWriter;
  readonly #allocator: Allocator;
  readonly #copies = new Copies();

  constructor({ folder, writer, allocator }: SqliteTransferDeps) {
    this.#folder = folder;
    this.#writer = writer;
    this.#allocator = allocator;
  }

  async tables(shard: number): Promise<TransferTable[]> {
    return this.#folder.read(shard, [], tablesOf);
  }

  async page(
    shard: number,
    table: TransferTable,
    after: RowKey | undefined,
    limit: number,
  ): Promise<TransferRow[]> {
    const from = rowTable(table);
    return this.#settled(shard, [], (file) => readPage(file, from, after, limit));
  }

  async pick(shard: number, table: TransferTable, keys: readonly RowKey[]): Promise<TransferRow[]> {
    const from = rowTable(table);
    for (const key of keys) checkName(shard, { table, key });
    const pause = turns();
    const rows: TransferRow[] = [];
    for (const key of keys) {
      rows.push(...(await this.#folder.read(shard, [], (file) => readRow(file, from, key))));
      await pause();
    }
    await this.#settled(shard, undefined, () => undefined);
    return rows;
  }

  async put(shard: number, rows: readonly RowPut[]): Promise<void> {
    const steps = rows.map((row) => this.#putStep(shard, row));
    await this.#write(shard, (file) => {
      for (const step of steps) step(file);
    });
  }

  #putStep(shard: number, row: RowPut): PutStep {
    const { table, key, value } = row;
    checkPut(shard, row);
    const into = rowTable(table);
    const [type] = key;
    if (table !== 'sequences' || type === outboxSequence) return (file) => writeRow(file, into, key, value);
    return (file) => {
      writeRow(file, into, key, value);
      this.#allocator.forget(shard, type as ObjectType);
    };
  }

  async digest(
    shard: number,
    table: TransferTable,
    after: RowKey | undefined,
    limit: number,
  ): Promise<RangeDigest> {
    const pause = turns();
    const read = async (behind: RowKey | undefined, size: number): Promise<TransferRow[]> => {
      await pause();
      return this.page(shard, table, behind, size);
    };
    return digestOf(read, after, limit);
  }

  async *snapshot(shard: number): AsyncIterable<{ table: TransferTable; rows: TransferRow[] }> {
    const file = await this.#folder.read(shard, undefined, (there) => there);
    if (!file) return;
    const copy = await this.#copies.take(file);
    try {
      // What the copy shows must be on disk, or a loss of power would make it the copy of something that never was.
      await this.#settled(shard, undefined, () => undefined);
      for (const table of tablesOf(copy)) yield* this.#parts(copy, table);
    } finally {
      this.#copies.drop(copy);
    }
  }

  async *#parts(
    copy: ShardFile,
    table: TransferTable,
  ): AsyncIterable<{ table: TransferTable; rows: TransferRow[] }> {
    const from: RowTable = rowTable(table);
    let last: RowKey | undefined;
    for (;;) {
      this.#copies.require();
      const rows = readPage(copy, from, last, partRows);
      last = rows.at(-1)?.key;
      if (last === undefined) return;
      yield { table, rows };
      await setImmediate();
    }
  }

  async state(shard: number): Promise<ShardState> {
    return this.#folder.read(shard, openState, (file) => file.state);
  }

  async setState(shard: number, state: ShardState): Promise<void> {
    await this.#write(shard, (file) => {
      writeState(file, state);
      file.refresh();
    });
  }

  async readJournal(shard: number, limit: number): Promise<JournalPart> {
    return this.#settled(shard, emptyJournal, (file) => readJournal(file, limit));
  }

  async trimJournal(shard: number, through: number): Promise<void> {
    await this.#write(shard, (file) => trimJournal(file, through));
  }

  async erase(shard: number): Promise<void> {
    await this.#folder.erase(shard, async (file) => {
      await this.#copies.idle(file);
      await this.#writer.settled(file);
    });
    this.#allocator.forget(shard);
  }

  /** Breaks off snapshots and removes the copies that they read. */
  protected async dropCopies(): Promise<void> {
    await this.#copies.close();
  }

  /** Reads, and answers when all that was read is on disk. */
  async #settled<T>(shard: number, none: T, query: (file: ShardFile) => T): Promise<T> {
    const answer = await this.#folder.read(shard, none, query);
    const file = await this.#folder.read(shard, undefined, (there) => there);
    if (file) await this.#writer.settled(file);
    return answer;
  }

  async #write(shard: number, work: (file: ShardFile) => void): Promise<void> {
    const file = await this.#folder.file(shard);
    await this.#writer.run(file, () => work(file));
  }
}
