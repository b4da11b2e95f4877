/** Restoring: what is asked for is checked first, then shard after shard is made again. */
import type { EventHistory, EventLog, NewEvent } from '#engines/event-log/port';
import type { Change, OutboxEntry, Shards } from '#engines/shards/port';
import type { ShardTransfer } from '#engines/shards/transfer';
import type { Clock } from '#kernel/clock';
import { ConflictError, InvalidInputError, PinakesError } from '#kernel/errors';
import type { ObjectType } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { changesTopic } from '#services/events/contract';
import { storeChanged } from '#services/store/contract';
import { ClaimMender } from './claims.ts';
import type {
  BackupOptions,
  Manifest,
  ObjectKnowledge,
  RestoreReport,
  RestoreRequest,
  ShardEntry,
} from './contract.ts';
import { readManifest } from './folder.ts';
import { ReplayLog, type ReplaySource } from './replay-log.ts';
import { type RestoredShard, ShardRestore } from './shard-restore.ts';
import { byShard, type MirrorChange } from './undoing.ts';
import { requireWhole } from './verification.ts';

/** What restoring stands on. */
export interface RestoringDeps {
  readonly shards: Shards;
  readonly transfer: ShardTransfer;
  readonly eventLog: EventLog;
  /** The log with what it has dropped, as far as that is kept elsewhere. */
  readonly history: EventHistory;
  readonly clock: Clock;
  /** The count that claims are hashed over. */
  readonly claimCount: number;
  readonly knowledge: ObjectKnowledge;
  /** An outbox's entry as the log holds it. */
  readonly toLogged: (shard: number, entry: OutboxEntry) => NewEvent;
}

const outboxPage = 500;

/** Everything that was logged. */
export function sourceOf({
  history,
  eventLog: { partitions },
}: Pick<RestoringDeps, 'eventLog' | 'history'>): ReplaySource {
  return { history, partitions };
}

/** Types whose objects hold names. */
export const naming: readonly ObjectType[] = ['user', 'media'];

/** One restore. */
export class Restoring {
  readonly #deps: RestoringDeps;
  readonly #request: RestoreRequest;
  readonly #options: BackupOptions;
  readonly #problems: string[] = [];

  constructor(deps: RestoringDeps, request: RestoreRequest, options: BackupOptions) {
    this.#deps = deps;
    this.#request = request;
    this.#options = options;
  }

  async run(): Promise<RestoreReport> {
    const manifest = await readManifest(this.#request.folder);
    const entries = this.#wanted(manifest);
    this.#requireFit(manifest, entries);
    if (this.#request.shards === undefined) await this.#requireEmpty();
    await this.#requireWhole(manifest, entries);
    const from = new Map(entries.map(({ shard, outbox }) => [shard, outbox.from]));
    const log = await ReplayLog.collect(sourceOf(this.#deps), { from }, this.#options);
    try {
      return await this.#restore(entries, log);
    } finally {
      await log.close();
    }
  }

  /** The shards asked for, each once. */
  #wanted({ shards }: Manifest): ShardEntry[] {
    const { shards: asked } = this.#request;
    if (asked === undefined) return shards;
    return [...new Set(asked)].map((shard) => {
      const entry = shards.find((one) => one.shard === shard);
      if (!entry) throw new InvalidInputError('shard', `must be one that the backup holds: ${shard} is none`);
      return entry;
    });
  }

  #requireFit({ shardCount, claimCount }: Manifest, entries: readonly ShardEntry[]): void {
    const { shards, claimCount: own } = this.#deps;
    if (claimCount !== own || shardCount > shards.count) {
      const theirs = `${shardCount} shards with names hashed over ${claimCount}`;
      throw new ConflictError(`the backup is of ${theirs}; here they are ${shards.count} and ${own}`);
    }
    const { until } = this.#request;
    const late = until === undefined ? undefined : entries.find(({ at }) => at > until);
    if (!late) return;
    const moment = new Date(late.at).toISOString();
    throw new InvalidInputError(
      'until',
      `must not be before the backup: shard ${late.shard} was copied at ${moment}`,
    );
  }

  async #requireEmpty(): Promise<void> {
    const { shards, transfer } = this.#deps;
    for (let shard = 0; shard < shards.count; shard += 1) {
      for (const table of await transfer.tables(shard)) {
        if (table === 'sequences' || (await transfer.page(shard, table, undefined, 1)).length === 0) continue;
        throw new ConflictError(
          `this installation is not empty: shard ${shard} holds data; name the shards to replace`,
        );
      }
    }
  }

  async #requireWhole(manifest: Manifest, entries: readonly ShardEntry[]): Promise<void> {
    for (const [i, entry] of entries.entries()) {
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.('Reading the backup', i, entries.length);
      await requireWhole(this.#request.folder, manifest, entry);
    }
    this.#options.onProgress?.('Reading the backup', entries.length, entries.length);
  }

  async #restore(entries: readonly ShardEntry[], log: ReplayLog): Promise<RestoreReport> {
    const { folder, until } = this.#request;
    const restored: RestoredShard[] = [];
    for (const [i, entry] of entries.entries()) {
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.('Restoring shards', i, entries.length);
      await this.#bringToLog(entry.shard, log);
      restored.push(await new ShardRestore({ ...this.#deps, folder, log, until }, entry).run());
    }
    this.#options.onProgress?.('Restoring shards', entries.length, entries.length);
    await this.#mirror(restored.flatMap(({ mirrors }) => mirrors));
    const mender = new ClaimMender(this.#deps.shards, this.#deps.knowledge);
    await mender.mend(naming, this.#options);
    const sum = (of: (one: RestoredShard) => number) => restored.reduce((total, one) => total + of(one), 0);
    return {
      shards: restored.length,
      rows: sum(({ rows }) => rows),
      commits: sum(({ commits }) => commits),
      undone: sum(({ undone }) => undone),
      told: sum(({ told }) => told),
      problems: [...this.#problems, ...mender.problems],
    };
  }

  /** What a shard's outbox still holds goes to the log, so that no acknowledged commit is lost with the old shard. */
  async #bringToLog(shard: number, log: ReplayLog): Promise<void> {
    const { shards, transfer, eventLog, toLogged } = this.#deps;
    try {
      // One that an earlier attempt left half made has nothing of its own.
      if ((await transfer.state(shard)).seal === 'read-only') return;
      let entries = await shards.readOutbox(shard, 0, outboxPage);
      while (entries.length > 0) {
        const fresh = entries.filter(({ sequence }) => !log.has(shard, sequence));
        if (fresh.length > 0)
          await eventLog.append(
            changesTopic,
            fresh.map((entry) => toLogged(shard, entry)),
          );
        for (const { sequence, event } of fresh)
          log.add(shard, { sequence, event, at: Number(event['at']) || 0 });
        entries = await shards.readOutbox(shard, entries.at(-1)?.sequence ?? 0, outboxPage);
      }
    } catch (error) {
      if (!(error instanceof PinakesError)) throw error;
      const lost = 'commits that had not reached the event log are lost, if there were any';
      this.#problems.push(`shard ${shard} could not be read any more (${error.message}): ${lost}`);
    }
  }

  /** Edges on other shards follow what was undone. */
  async #mirror(changes: readonly MirrorChange[]): Promise<void> {
    for (const [shard, some] of byShard(changes)) {
      const edges = some.map(({ mapping, from, to, sequence }): Change => {
        if (sequence === null) return { kind: 'unlink', mapping, from, to };
        return { kind: 'link', mapping, from, to, sequence };
      });
      for (let i = 0; i < edges.length; i += outboxPage)
        await this.#commit(shard, edges.slice(i, i + outboxPage));
    }
  }

  async #commit(shard: number, edges: readonly Change[]): Promise<void> {
    const also = edges.map((edge) => {
      if (edge.kind === 'link') return ['link', edge.mapping, edge.from, edge.to, edge.sequence];
      return edge.kind === 'unlink' ? ['unlink', edge.mapping, edge.from, edge.to] : [];
    });
    const event: JsonObject = { type: storeChanged, at: this.#deps.clock.now(), actor: null, also };
    try {
      await this.#deps.shards.commit(shard, [...edges, { kind: 'emit', event }]);
    } catch (error) {
      if (!(error instanceof PinakesError)) throw error;
      this.#problems.push(`edges on shard ${shard} could not follow what was undone: ${error.message}`);
    }
  }
}
