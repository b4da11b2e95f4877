/** Copying shards of servers that speak MySQL's protocol. */
import { type ObjectType, objectTypes } from '#kernel/ids';
import { isMappingName } from '../mapping-name.ts';
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
import type { Engine } from './engine.ts';
import { dropSchema, removeRows } from './erase.ts';
import { journalTables, readJournal, trimmingJournal } from './journal.ts';
import { most } from './literals.ts';
import { putRows } from './put.ts';
import { among, behind, columnsOf, type RowTable, rowOf, rowTable } from './row-tables.ts';
import { journalTable, stateTable } from './schema.ts';
import { readSnapshot, type SnapshotPart } from './snapshot.ts';
import { readState, tellState } from './state.ts';
import { answered } from './statement-error.ts';

/** How many rows one question picks. */
const listSize = 200;

/** Fewer rows are put by the calling thread: they take it less time than the way to another. */
const fewRows = 16;

/** What a table's rows are called when they are copied; none for tables that are not. */
function transferTable(name: string): TransferTable[] {
  if (name === 'claims' || name === 'outbox' || name === 'sequences') return [name];
  if (Object.hasOwn(objectTypes, name)) return [`object:${name as ObjectType}`];
  return isMappingName(name) ? [`mapping:${name}`] : [];
}

/** What copying stands on. */
export class SqlTransfer implements ShardTransfer {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async tables(shard: number): Promise<TransferTable[]> {
    const { catalog, connections } = this.#engine;
    this.#engine.requireShard(shard);
    await answered(
      connections.readPrimary((link) => catalog.look(link, [shard])),
      shard,
    );
    return catalog.tables(shard).flatMap(transferTable);
  }

  async page(
    shard: number,
    table: TransferTable,
    after: RowKey | undefined,
    limit: number,
  ): Promise<TransferRow[]> {
    const from = this.#table(shard, table);
    return this.#rows(shard, from, behind(from, after, most(limit)), limit);
  }

  async pick(shard: number, table: TransferTable, keys: readonly RowKey[]): Promise<TransferRow[]> {
    const from = this.#table(shard, table);
    for (const key of keys) checkName(shard, { table, key });
    const lists: (readonly RowKey[])[] = [];
    for (let start = 0; start < keys.length; start += listSize)
      lists.push(keys.slice(start, start + listSize));
    const found = await Promise.all(
      lists.map((list) => this.#rows(shard, from, among(from, list), list.length)),
    );
    return found.flat();
  }

  #table(shard: number, table: TransferTable): RowTable {
    this.#engine.requireShard(shard);
    return rowTable(this.#engine.layout, shard, table);
  }

  async #rows(shard: number, from: RowTable, rest: string, weight: number): Promise<TransferRow[]> {
    const question = { shard, table: from.name, columns: columnsOf(from), rest, weight };
    const rows = await this.#engine.gatherer.ask(question, 'primary');
    return rows.map((cells) => rowOf(from, cells));
  }

  async put(shard: number, rows: readonly RowPut[]): Promise<void> {
    this.#engine.requireShard(shard);
    for (const row of rows) checkPut(shard, row);
    await this.#put(shard, rows);
    for (const { table, key } of rows) {
      const [type] = key;
      if (table === 'sequences' && type !== outboxSequence)
        this.#engine.allocator.forget(shard, type as ObjectType);
    }
  }

  async #put(shard: number, rows: readonly RowPut[]): Promise<void> {
    const { copier } = this.#engine;
    if (copier && rows.length >= fewRows) await copier.put(shard, rows);
    else await answered(putRows(this.#engine, shard, rows), shard);
  }

  async digest(
    shard: number,
    table: TransferTable,
    after: RowKey | undefined,
    limit: number,
  ): Promise<RangeDigest> {
    this.#table(shard, table);
    const { copier } = this.#engine;
    if (copier) return copier.digest(shard, table, after, limit);
    return digestOf((behindKey, size) => this.page(shard, table, behindKey, size), after, limit);
  }

  async *snapshot(shard: number): AsyncGenerator<SnapshotPart> {
    yield* readSnapshot(this.#engine, shard, await this.tables(shard));
  }

  async state(shard: number): Promise<ShardState> {
    this.#engine.requireShard(shard);
    return readState(this.#engine.gatherer, shard);
  }

  async setState(shard: number, state: ShardState): Promise<void> {
    const { catalog, retrier } = this.#engine;
    this.#engine.requireShard(shard);
    const sql = tellState(catalog, shard, state);
    const tables = [stateTable, ...journalTables];
    await answered(
      retrier.run(shard, tables, (link) => link.run([sql])),
      shard,
    );
  }

  async readJournal(shard: number, limit: number): Promise<JournalPart> {
    this.#engine.requireShard(shard);
    return readJournal(this.#engine.gatherer, shard, limit);
  }

  async trimJournal(shard: number, through: number): Promise<void> {
    const { catalog, retrier } = this.#engine;
    this.#engine.requireShard(shard);
    if (!(await answered(this.#engine.has(shard, journalTable), shard))) return;
    const sql = trimmingJournal(catalog, shard, through);
    await answered(
      retrier.run(shard, [journalTable], (link) => link.run([sql])),
      shard,
    );
  }

  async erase(shard: number): Promise<void> {
    const tables = await this.tables(shard);
    const erasing = this.#engine.layout.hasSchemas
      ? dropSchema(this.#engine, shard)
      : removeRows(this.#engine, shard, tables);
    await answered(erasing, shard);
    if (this.#engine.layout.hasSchemas) this.#engine.catalog.forget(shard);
    this.#engine.allocator.forget(shard);
  }
}
