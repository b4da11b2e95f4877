/** Events put into a shard's outbox together with the rows that they tell of. */
import type { RowPut, ShardTransfer } from '#engines/shards/transfer';
import type { JsonObject } from '#kernel/json';

const mostRows = 400;
const mostChars = 1_000_000;

/** Writes rows and events in batches. */
export class OutboxWriter {
  readonly #transfer: ShardTransfer;
  readonly #shard: number;
  #next: number;
  #rows: RowPut[] = [];
  #chars = 0;

  /** `next` is the sequence of the first event. */
  constructor(transfer: ShardTransfer, shard: number, next: number) {
    this.#transfer = transfer;
    this.#shard = shard;
    this.#next = next;
  }

  /** Writes rows and the events that tell of them, in one transaction. */
  async add(rows: readonly RowPut[], events: readonly JsonObject[]): Promise<void> {
    this.#rows.push(...rows);
    for (const event of events) {
      const json = JSON.stringify(event);
      this.#rows.push({ table: 'outbox', key: [this.#next], value: [json] });
      this.#next += 1;
      this.#chars += json.length;
    }
    if (this.#rows.length >= mostRows || this.#chars >= mostChars) await this.flush();
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    if (this.#rows.length === 0) return;
    const sequence: RowPut = { table: 'sequences', key: ['outbox'], value: [this.#next] };
    await this.#transfer.put(this.#shard, [...this.#rows, sequence]);
    this.#rows = [];
    this.#chars = 0;
  }
}
