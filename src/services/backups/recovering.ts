/** Recovering: shards that are behind the log are brought up to it. */
import type { Blobs } from '#engines/blobs/port';
import { firstKept } from '#engines/event-log/port';
import { InvalidInputError } from '#kernel/errors';
import { changesTopic } from '#services/events/contract';
import { ClaimMender } from './claims.ts';
import type { BackupOptions, RecoverReport, RecoverRequest, ShardRecovery } from './contract.ts';
import { ReplayLog } from './replay-log.ts';
import { naming, type RestoringDeps, sourceOf } from './restoring.ts';
import { RecoveringShard } from './shard-recovery.ts';

/** What recovering stands on. */
export interface RecoveringDeps extends RestoringDeps {
  /** Where the files are that objects speak of; not looked at when left out. */
  readonly blobs?: Pick<Blobs, 'head'> | undefined;
  /** How many acknowledged saves wait for their shards; none when left out. */
  readonly waitingSaves?: (() => Promise<number>) | undefined;
}

/** One recovery. */
export class Recovering {
  readonly #deps: RecoveringDeps;
  readonly #request: RecoverRequest;
  readonly #options: BackupOptions;

  constructor(deps: RecoveringDeps, request: RecoverRequest, options: BackupOptions) {
    this.#deps = deps;
    this.#request = request;
    this.#options = options;
  }

  async run(): Promise<RecoverReport> {
    const { since } = this.#request;
    const shards = this.#wanted();
    const from = new Map(shards.map((shard) => [shard, 0]));
    const log = await ReplayLog.collect(sourceOf(this.#deps), { from, since }, this.#options);
    try {
      return await this.#recover(shards, log, await this.#goesFurtherBack(), await this.#gone());
    } finally {
      await log.close();
    }
  }

  #wanted(): number[] {
    const { count } = this.#deps.shards;
    const { shards } = this.#request;
    const strange = shards?.find((shard) => !Number.isInteger(shard) || shard < 0 || shard >= count);
    if (strange !== undefined)
      throw new InvalidInputError('shard', `must be from 0 to ${count - 1}, not ${strange}`);
    return shards ? [...new Set(shards)] : Array.from({ length: count }, (_, shard) => shard);
  }

  /** Whether there are events from before the moment from which on they are read. */
  async #goesFurtherBack(): Promise<boolean> {
    const { history, partitions } = sourceOf(this.#deps);
    for (let partition = 0; partition < partitions; partition += 1) {
      for await (const [first] of history.read(changesTopic, partition, { offset: 0 })) {
        if (first && first.at < this.#request.since) return true;
        break;
      }
    }
    return false;
  }

  /** Events that are kept nowhere any more. */
  async #gone(): Promise<number> {
    const { eventLog, history } = this.#deps;
    const all = Array.from({ length: eventLog.partitions }, (_, partition) =>
      firstKept(eventLog, history, changesTopic, partition),
    );
    return (await Promise.all(all)).reduce((sum, first) => sum + first, 0);
  }

  async #recover(
    shards: readonly number[],
    log: ReplayLog,
    goesFurtherBack: boolean,
    gone: number,
  ): Promise<RecoverReport> {
    const { since, dryRun = false } = this.#request;
    const moment = new Date(since).toISOString();
    const { transfer, knowledge, blobs } = this.#deps;
    const tellsAll = !goesFurtherBack && gone === 0;
    const deps = { transfer, knowledge, blobs, log, dryRun, since: moment, goesFurtherBack, tellsAll };
    const recovered: ShardRecovery[] = [];
    for (const [i, shard] of shards.entries()) {
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.('Recovering shards', i, shards.length);
      recovered.push(await new RecoveringShard(deps, shard).run());
    }
    this.#options.onProgress?.('Recovering shards', shards.length, shards.length);
    const mender = new ClaimMender(this.#deps.shards, this.#deps.knowledge);
    // Names live on other shards than what holds them, and no log knows them.
    const isChanged = recovered.some(({ events }) => events > 0);
    if (isChanged && !dryRun) await mender.mend(naming, this.#options);
    const waitingSaves = (await this.#deps.waitingSaves?.()) ?? 0;
    const problems = [...mender.problems, ...unknown(recovered, gone)];
    return { dryRun, since, shards: recovered, waitingSaves, problems };
  }
}

/** What cannot be told of shards that hold nothing, where events are gone. */
function unknown(shards: readonly ShardRecovery[], gone: number): string[] {
  const empty = shards.filter(({ outcome, held }) => outcome === 'unchecked' && held === 0).length;
  if (gone === 0 || empty === 0) return [];
  return [
    `${gone} events are kept neither by the event log nor by an archive: whether any of them was of the ${empty} shards ` +
      'that are empty cannot be told. Bring back the archive or an older copy of the log',
  ];
}
