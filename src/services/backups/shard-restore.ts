/** One shard made again. */
import path from 'node:path';
import type { RowPut, ShardTransfer } from '#engines/shards/transfer';
import type { Clock } from '#kernel/clock';
import { type ObjectType, objectTypes } from '#kernel/ids';
import { type Commit, commitsOf } from './commits.ts';
import type { ObjectKnowledge, ShardEntry } from './contract.ts';
import { OutboxWriter } from './outbox-writer.ts';
import { Replay } from './replay.ts';
import type { ReplayLog } from './replay-log.ts';
import { readShardFile } from './shard-reader.ts';
import { tell } from './telling.ts';
import { type MirrorChange, undo } from './undoing.ts';

/** What a shard is made from. */
export interface ShardRestoreDeps {
  readonly transfer: ShardTransfer;
  readonly clock: Clock;
  readonly knowledge: ObjectKnowledge;
  readonly folder: string;
  readonly log: ReplayLog;
  readonly until: number | undefined;
}

/** What became of it. */
export interface RestoredShard {
  readonly rows: number;
  readonly commits: number;
  readonly undone: number;
  readonly told: number;
  readonly mirrors: MirrorChange[];
}

const batchRows = 500;
const batchChars = 1_000_000;
const batchChanges = 500;
/** Ids that a process may have reserved or given out without the log knowing. */
export const idMargin = 100_000;

const typeNames = Object.keys(objectTypes) as ObjectType[];

/** The restore of one shard. */
export class ShardRestore {
  readonly #deps: ShardRestoreDeps;
  readonly #entry: ShardEntry;
  readonly #shard: number;
  readonly #replay: Replay;
  readonly #next = new Map<ObjectType, number>();
  #rows = 0;
  #commits = 0;

  constructor(deps: ShardRestoreDeps, entry: ShardEntry) {
    this.#deps = deps;
    this.#entry = entry;
    this.#shard = entry.shard;
    this.#replay = new Replay(deps.transfer, entry.shard);
  }

  /** Makes the shard; sealed until it is whole. */
  async run(): Promise<RestoredShard> {
    const { transfer, log, until } = this.#deps;
    await transfer.erase(this.#shard);
    await transfer.setState(this.#shard, { seal: 'read-only', journal: false });
    await this.#putRows();
    await this.#replayCommits();
    const next = Math.max(this.#entry.outbox.through, log.last(this.#shard)) + 1;
    await this.#raise(next);
    const writer = new OutboxWriter(transfer, this.#shard, next);
    const undone = until === undefined ? { rows: 0, mirrors: [] } : await this.#undo(writer);
    const told = log.knows(this.#shard) ? 0 : await tell({ ...this.#deps, shard: this.#shard, writer });
    await transfer.setState(this.#shard, { seal: null, journal: false });
    return {
      rows: this.#rows,
      commits: this.#commits,
      undone: undone.rows,
      told,
      mirrors: undone.mirrors,
    };
  }

  #undo(writer: OutboxWriter) {
    const { clock, knowledge } = this.#deps;
    return undo(this.#replay.touched.values(), { shard: this.#shard, now: clock.now(), knowledge, writer });
  }

  async #putRows(): Promise<void> {
    const { transfer, folder } = this.#deps;
    let batch: RowPut[] = [];
    let chars = 0;
    const flush = async (): Promise<void> => {
      await transfer.put(this.#shard, batch);
      this.#rows += batch.length;
      [batch, chars] = [[], 0];
    };
    for await (const { table, rows } of readShardFile(path.join(folder, this.#entry.file))) {
      for (const row of rows) {
        if (!this.#isWanted({ table, ...row })) continue;
        batch.push({ table, ...row });
        chars += JSON.stringify(row.value).length;
        if (batch.length >= batchRows || chars >= batchChars) await flush();
      }
    }
    await flush();
  }

  /** Notes sequences; of events only those are wanted that the log does not hold and is not told anew. */
  #isWanted({ table, key, value }: RowPut): boolean {
    const [first] = key;
    if (table === 'sequences' && first !== 'outbox') this.#next.set(first as ObjectType, Number(value?.[0]));
    if (table !== 'outbox') return true;
    return this.#deps.log.knows(this.#shard) && !this.#deps.log.has(this.#shard, Number(first));
  }

  async #replayCommits(): Promise<void> {
    const { log, until = Number.POSITIVE_INFINITY } = this.#deps;
    let batch: Commit[] = [];
    let isLate = false;
    for (const commit of commitsOf(log.behind(this.#shard, this.#entry.outbox.through))) {
      const turns: boolean = !isLate && commit.at > until;
      if (turns || batch.reduce((sum, { changes }) => sum + changes.length, 0) >= batchChanges) {
        await this.#apply(batch, isLate);
        batch = [];
      }
      isLate ||= turns;
      batch.push(commit);
    }
    await this.#apply(batch, isLate);
  }

  async #apply(batch: readonly Commit[], watch: boolean): Promise<void> {
    if (batch.length > 0) await this.#replay.apply(batch, { watch });
    this.#commits += batch.length;
  }

  /** Leaves no id and no sequence to be given out again. */
  async #raise(nextEvent: number): Promise<void> {
    const puts = typeNames.map((type): RowPut => {
      const next = Math.max(this.#next.get(type) ?? 1, (this.#replay.highest.get(type) ?? 0) + 1);
      return { table: 'sequences', key: [type], value: [next + idMargin] };
    });
    const outbox: RowPut = { table: 'sequences', key: ['outbox'], value: [nextEvent] };
    await this.#deps.transfer.put(this.#shard, [...puts, outbox]);
  }
}
