/**
 * One shard brought up to date by the log. Every batch of commits is written in one transaction with the sequence of its last
 * event, so that whatever interrupts it, the shard is as it was at some moment, and knows at which.
 */
import type { Blobs } from '#engines/blobs/port';
import type { RowKey, RowPut, ShardTransfer, TransferRow } from '#engines/shards/transfer';
import { PinakesError } from '#kernel/errors';
import { type Id, type ObjectType, objectTypes, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { LoggedChange } from '#services/store/contract';
import { firstDisagreement } from './agreement.ts';
import { type Commit, commitsOf } from './commits.ts';
import type { ObjectKnowledge, ShardRecovery } from './contract.ts';
import { Replay } from './replay.ts';
import type { ReplayLog } from './replay-log.ts';
import { idMargin } from './shard-restore.ts';

/** What a shard is recovered by. */
export interface ShardRecoveryDeps {
  readonly transfer: ShardTransfer;
  readonly log: ReplayLog;
  readonly knowledge: Pick<ObjectKnowledge, 'blobs'>;
  readonly blobs: Pick<Blobs, 'head'> | undefined;
  readonly dryRun: boolean;
  /** How far back the log was read, in words for people. */
  readonly since: string;
  /** Whether there are events from before that. */
  readonly goesFurtherBack: boolean;
  /** Whether everything that was ever logged was read. */
  readonly tellsAll: boolean;
}

const batchChanges = 500;
const outboxPage = 500;
/** How many of its last events are compared with what it holds. */
const comparedEvents = 1000;
const typeNames = Object.keys(objectTypes) as ObjectType[];

/** The recovery of one shard. */
export class RecoveringShard {
  readonly #deps: ShardRecoveryDeps;
  readonly #shard: number;
  readonly #replay: Replay;
  readonly #problems: string[] = [];
  #held = 0;
  #commits = 0;
  #lost = 0;
  /** Pictures that it speaks of again, and whether their files are there. */
  readonly #pictures = new Map<Id, boolean>();

  constructor(deps: ShardRecoveryDeps, shard: number) {
    this.#deps = deps;
    this.#shard = shard;
    this.#replay = new Replay(deps.transfer, shard);
  }

  /** Recovers it, or finds out what that would do. */
  async run(): Promise<ShardRecovery> {
    try {
      if (!(await this.#isFit())) return this.#report('refused');
    } catch (error) {
      if (!(error instanceof PinakesError)) throw error;
      this.#problems.push(
        `it cannot be read (${error.message}): move what is left of it away, or restore it`,
      );
      return this.#report('refused');
    }
    const last = this.#deps.log.last(this.#shard);
    if (last === 0 && !this.#deps.tellsAll) return this.#report('unchecked');
    if (last <= this.#held) return this.#report('whole');
    if (this.#isTooLate(last)) return this.#report('refused');
    await this.#replayCommits();
    if (!this.#deps.dryRun) await this.#end(last);
    this.#tellGaps(last);
    return this.#report(this.#missing(last) > 0 || this.#lost > 0 ? 'incomplete' : 'recovered');
  }

  /** Whether it may be brought up to date; notes how far it is. */
  async #isFit(): Promise<boolean> {
    const { transfer, log } = this.#deps;
    const { seal } = await transfer.state(this.#shard);
    const [row] = await transfer.pick(this.#shard, 'sequences', [['outbox']]);
    this.#held = Number(row?.value[0] ?? 1) - 1;
    if (seal === 'moved') this.#problems.push('it is not here any more: its truth is in another engine');
    if (seal === 'read-only')
      this.#problems.push('it is sealed, as by a restore that was interrupted: restore it again');
    const doubled = log.doubled(this.#shard);
    if (this.#problems.length === 0) await this.#compare();
    if (doubled) {
      const events = `${doubled.count} events from number ${doubled.first} on`;
      this.#problems.push(
        `it was written to after it came back: the log holds ${events} twice, with different contents. ` +
          'Bring its older copy back once more and recover before anybody writes',
      );
    }
    return this.#problems.length === 0;
  }

  /** Compares what its last events left with what it holds. */
  async #compare(): Promise<void> {
    const { transfer, log } = this.#deps;
    const events = log.behind(this.#shard, this.#held - comparedEvents, this.#held);
    const commits = commitsOf(events, () => undefined);
    const other = await firstDisagreement(transfer, this.#shard, commits);
    if (!other) return;
    this.#problems.push(
      `it is not what the log says that it was at event ${this.#held} (${other.table} ${other.key.join(' ')} differs): ` +
        'it was written to after it came back, or is a copy of something else. ' +
        'Bring an older copy back and recover before anybody writes',
    );
  }

  /** Whether what follows its last event may be found further back: what is applied without it could not be mended later. */
  #isTooLate(last: number): boolean {
    const { log, since, goesFurtherBack } = this.#deps;
    const leading = this.#leading(last);
    if (leading === 0 || !goesFurtherBack) return false;
    const missing = `${leading} events behind its last one, number ${this.#held}, are from before ${since}`;
    const next = log.timeOf(this.#shard, this.#held + 1 + leading) ?? 0;
    this.#problems.push(
      `${missing} or in no log: look further back than ${new Date(next).toISOString()} with --since`,
    );
    return true;
  }

  /** Events that are missing right behind its last one. */
  #leading(last: number): number {
    return (this.#deps.log.firstBehind(this.#shard, this.#held) ?? last + 1) - this.#held - 1;
  }

  async #replayCommits(): Promise<void> {
    const onLost = () => {
      this.#lost += 1;
    };
    let batch: Commit[] = [];
    let changes = 0;
    for (const commit of commitsOf(this.#deps.log.behind(this.#shard, this.#held), onLost)) {
      batch.push(commit);
      changes += commit.changes.length;
      if (changes < batchChanges) continue;
      await this.#apply(batch);
      [batch, changes] = [[], 0];
    }
    if (batch.length > 0) await this.#apply(batch);
  }

  async #apply(batch: readonly Commit[]): Promise<void> {
    this.#commits += batch.length;
    for (const { changes } of batch) for (const change of changes) await this.#lookAtBlobs(change);
    if (this.#deps.dryRun) return;
    const through = batch.at(-1)?.sequence ?? this.#held;
    await this.#replay.apply(batch, { keepNewer: true, extra: [outboxAt(through + 1)] });
  }

  /** Files are in no log: what speaks of some that are gone cannot be shown. */
  async #lookAtBlobs(change: LoggedChange): Promise<void> {
    const { blobs, knowledge } = this.#deps;
    const type = change[0] === 'put' ? typeOf(change[1]) : undefined;
    if (!blobs || !type || change[0] !== 'put') return;
    const keys = knowledge.blobs(type, change[3] as JsonObject);
    if (keys.length === 0) return;
    const found = await Promise.all(keys.map((key) => blobs.head(key)));
    this.#pictures.set(change[1], !found.includes(undefined));
  }

  get #picturesMissing(): number {
    return this.#pictures.values().reduce((sum, isThere) => sum + (isThere ? 0 : 1), 0);
  }

  /** Leaves no id and no sequence to be given out again, and nothing in the outbox that the log holds. */
  async #end(last: number): Promise<void> {
    const { transfer } = this.#deps;
    const known = await transfer.pick(
      this.#shard,
      'sequences',
      typeNames.map((type) => [type]),
    );
    const next = new Map(known.map(({ key, value }) => [key[0], Number(value[0])]));
    const raised = typeNames.map((type): RowPut => {
      const from = Math.max(next.get(type) ?? 1, (this.#replay.highest.get(type) ?? 0) + 1);
      return { table: 'sequences', key: [type], value: [from + idMargin] };
    });
    await this.#emptyOutbox();
    await transfer.put(this.#shard, [...raised, outboxAt(last + 1)]);
  }

  /** What waited when the copy was made has reached the log since. */
  async #emptyOutbox(): Promise<void> {
    const { transfer, log } = this.#deps;
    let after: RowKey | undefined;
    do {
      const rows: TransferRow[] = await transfer.page(this.#shard, 'outbox', after, outboxPage);
      const done = rows.filter(({ key }) => log.has(this.#shard, Number(key[0])));
      await transfer.put(
        this.#shard,
        done.map(({ key }): RowPut => ({ table: 'outbox', key, value: null })),
      );
      after = rows.at(-1)?.key;
    } while (after);
  }

  #missing(last: number): number {
    return last - this.#held - this.#deps.log.count(this.#shard, this.#held + 1, last);
  }

  #tellGaps(last: number): void {
    const missing = this.#missing(last);
    const leading = this.#leading(last);
    const first = this.#held + leading + 1;
    const kept = 'are in no log any more: what they changed and nothing changed since is as it was before';
    if (leading > 0)
      this.#problems.push(`${leading} events, numbers ${this.#held + 1} to ${first - 1}, ${kept}`);
    if (missing > leading)
      this.#problems.push(`${missing - leading} events between numbers ${first} and ${last} ${kept}`);
    if (this.#lost > 0)
      this.#problems.push(`${this.#lost} changes need events that are missing, and were left out`);
    if (this.#picturesMissing > 0)
      this.#problems.push(`${this.#picturesMissing} pictures are without their files, which no log holds`);
  }

  #report(outcome: ShardRecovery['outcome']): ShardRecovery {
    const { log } = this.#deps;
    const shard = this.#shard;
    const last = outcome === 'refused' ? this.#held : log.last(shard);
    const events = log.count(shard, this.#held + 1, last);
    return {
      shard,
      outcome,
      held: this.#held,
      heldUntil: log.timeOf(shard, this.#held) ?? null,
      recoveredUntil: events > 0 ? (log.timeOf(shard, last) ?? null) : null,
      events,
      commits: this.#commits,
      alreadyThere: log.count(shard, 0, this.#held),
      newer: this.#replay.newer,
      missing: last > this.#held ? this.#missing(last) : 0,
      lost: this.#lost,
      pictures: this.#pictures.size,
      picturesMissing: this.#picturesMissing,
      problems: this.#problems,
    };
  }
}

const outboxAt = (next: number): RowPut => ({ table: 'sequences', key: ['outbox'], value: [next] });
