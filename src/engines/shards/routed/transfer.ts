/** Copying shards that live in several engines: each verb goes to the engine that the map names for its shard. */
import type { ShardRouter } from '../routing.ts';
import { backendOf } from '../topology-ranges.ts';
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

/** The verbs of copying, wherever a shard lives at the call. */
export class RoutedTransfer implements ShardTransfer {
  readonly #router: Pick<ShardRouter, 'topology' | 'engine'>;

  constructor(router: Pick<ShardRouter, 'topology' | 'engine'>) {
    this.#router = router;
  }

  async #at(shard: number): Promise<ShardTransfer> {
    return this.#router.engine(backendOf(this.#router.topology, shard));
  }

  async tables(shard: number): Promise<TransferTable[]> {
    return (await this.#at(shard)).tables(shard);
  }

  async page(
    shard: number,
    table: TransferTable,
    after: RowKey | undefined,
    limit: number,
  ): Promise<TransferRow[]> {
    return (await this.#at(shard)).page(shard, table, after, limit);
  }

  async pick(shard: number, table: TransferTable, keys: readonly RowKey[]): Promise<TransferRow[]> {
    return (await this.#at(shard)).pick(shard, table, keys);
  }

  async put(shard: number, rows: readonly RowPut[]): Promise<void> {
    await (await this.#at(shard)).put(shard, rows);
  }

  async digest(
    shard: number,
    table: TransferTable,
    after: RowKey | undefined,
    limit: number,
  ): Promise<RangeDigest> {
    return (await this.#at(shard)).digest(shard, table, after, limit);
  }

  async *snapshot(shard: number): AsyncIterable<{ table: TransferTable; rows: TransferRow[] }> {
    yield* (await this.#at(shard)).snapshot(shard);
  }

  async state(shard: number): Promise<ShardState> {
    return (await this.#at(shard)).state(shard);
  }

  async setState(shard: number, state: ShardState): Promise<void> {
    await (await this.#at(shard)).setState(shard, state);
  }

  async readJournal(shard: number, limit: number): Promise<JournalPart> {
    return (await this.#at(shard)).readJournal(shard, limit);
  }

  async trimJournal(shard: number, through: number): Promise<void> {
    await (await this.#at(shard)).trimJournal(shard, through);
  }

  async erase(shard: number): Promise<void> {
    await (await this.#at(shard)).erase(shard);
  }
}
