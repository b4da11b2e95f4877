/** The queue in one SQLite file. Processes may share the file; each hears only its own `onEnqueue`. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#kernel/clock';
import type { JsonObject } from '#kernel/json';
import { type Durability, openSqlite, preparedIn } from '#kernel/sqlite';
import { SqliteWriter } from '#kernel/sqlite-writer';
import { claimDue, earliestDue, lookAt, reclaimExpired } from './claim.ts';
import { DueListeners } from './due-listeners.ts';
import { countDue, countStates, standing } from './figures.ts';
import { insertJob } from './insert.ts';
import type { HeldPolicy, JobShard, MovingJob, ShardLook } from './job-shard.ts';
import { adoptJob, waitingJobs } from './moving.ts';
import { allPolicies, changePolicy, type PoliciesAt, policyOf, storePolicy } from './policies.ts';
import { heldAs, policyIn, requirePolicy } from './policy.ts';
import type {
  DueListener,
  Job,
  JobScan,
  JobState,
  JobsFound,
  LeasedJob,
  NewJob,
  QueuePolicy,
  QueueStats,
} from './port.ts';
import type { Prepared } from './prepared.ts';
import { columns, type JobRow, stagesOf, toJob, toLeased } from './rows.ts';
import { scanRows } from './scanning.ts';
import { queueSchema } from './schema.ts';
import { UnreachedError } from './unreached.ts';
import { requireStorable } from './validate.ts';

/** How to open the queue. */
export interface SqliteQueueOptions {
  /** The SQLite file. */
  readonly path: string;
  readonly clock: Clock;
  readonly durability: Durability;
  /** Which job shard it is, where it is one of several. */
  readonly number?: number | undefined;
}

const held = `where id = ? and lease = ? and stage = 'running' and lease_until > ?`;
const batch = 500;

/** Ids for `json_each`; what is none becomes null, which no row has. */
const numbersOf = (ids: readonly string[]): string => JSON.stringify(ids.map(Number));

class SqliteQueue implements JobShard {
  readonly #db: DatabaseSync;
  readonly #clock: Clock;
  readonly #writer: SqliteWriter;
  readonly #prepared: Prepared;
  readonly #number: number | undefined;
  readonly #at: PoliciesAt;
  readonly #listeners = new DueListeners();

  constructor(options: SqliteQueueOptions) {
    this.#db = openSqlite({ ...options, schema: queueSchema });
    this.#clock = options.clock;
    this.#writer = new SqliteWriter(this.#db, 'the queue');
    this.#prepared = preparedIn(this.#db);
    this.#number = options.number;
    this.#at = { prepared: this.#prepared, number: options.number ?? 0 };
  }

  async enqueue(jobs: readonly NewJob[]): Promise<string[]> {
    this.#requireOpen();
    for (const job of jobs) requireStorable(job);
    const payloads = jobs.map((job) => JSON.stringify(job.payload));
    const now = this.#clock.now();
    const place = { prepared: this.#prepared, number: this.#number, now };
    const ids = await this.#writer.run(() =>
      jobs.map((job, i) => insertJob(place, job, payloads[i] ?? '{}')),
    );
    this.#listeners.tell([...new Set(jobs.map(({ name }) => name))]);
    return ids;
  }

  async dequeue(names: readonly string[], limit: number, leaseMs: number): Promise<LeasedJob[]> {
    if (names.length === 0 || limit < 1) return [];
    // Leases die with the machine, so they need not outlive its power: what it had claimed is pending again.
    const rows = await this.#writer.runUnsynced(() =>
      claimDue(this.#at, names, limit, { now: this.#clock.now(), leaseMs }),
    );
    return rows.map(toLeased);
  }

  acknowledge(id: string, lease: string, result: JsonObject): Promise<boolean> {
    const set = `stage = 'done', result = ?, error = null, lease = null, lease_until = null`;
    return this.#change(set, [JSON.stringify(result)], id, lease);
  }

  fail(id: string, lease: string, error: string, retryAt: number | null): Promise<boolean> {
    const set = `error = ?1, run_after = coalesce(?2, run_after), lease = null, lease_until = null,
      stage = iif(?2 is null or attempts_left = 0, 'failed', 'delayed')`;
    return this.#change(set, [error, retryAt], id, lease);
  }

  checkpoint(id: string, lease: string, payload: JsonObject): Promise<boolean> {
    return this.#change('payload = ?', [JSON.stringify(payload)], id, lease);
  }

  postpone(id: string, lease: string, payload: JsonObject, runAfter: number): Promise<boolean> {
    const set = `payload = ?, stage = 'delayed', run_after = ?, attempts_left = attempts, error = null,
      lease = null, lease_until = null`;
    return this.#change(set, [JSON.stringify(payload), runAfter], id, lease);
  }

  heartbeat(id: string, lease: string, leaseMs: number): Promise<boolean> {
    return this.#change('lease_until = ?', [this.#clock.now() + leaseMs], id, lease, 'unsynced');
  }

  async endLeases(): Promise<number> {
    const sql = `update jobs set lease_until = ?1, updated_at = ?1 where stage = 'running' and lease_until > ?1`;
    const { changes } = await this.#writer.run(() => this.#prepared(sql).run(this.#clock.now()));
    if (changes > 0) this.#listeners.tell();
    return Number(changes);
  }

  async get(ids: readonly string[]): Promise<Map<string, Job>> {
    this.#requireOpen();
    const rows = this.#prepared(
      `select ${columns} from jobs where id in (select value from json_each(?))`,
    ).all(numbersOf(ids));
    return new Map((rows as JobRow[]).map((row) => [String(row.id), toJob(row)]));
  }

  async list(state: JobState, limit: number, name?: string): Promise<Job[]> {
    this.#requireOpen();
    const named = name === undefined ? '' : 'and name = ?3';
    const values = name === undefined ? [limit] : [limit, name];
    return this.#newest(state, `${named} order by id desc limit ?2 + 0`, values, limit).map(toJob);
  }

  async scan(scan: JobScan): Promise<JobsFound> {
    this.#requireOpen();
    const { rows, next } = await scanRows(scan, (before, count) => {
      this.#requireOpen();
      return this.#newest(scan.state, 'and id < ?2 order by id desc limit ?3 + 0', [before, count], count);
    });
    return { items: rows.map(toJob), next };
  }

  async retryFailed(name?: string): Promise<number> {
    const page = this.#prepared(`select id from jobs where stage = 'failed' and id > ?1
      and name = coalesce(?2, name) order by id limit ${batch}`);
    let [retried, last] = [0, 0];
    for (;;) {
      this.#requireOpen();
      const ids = page.all(last, name ?? null).map((row) => Number(row['id']));
      if (ids.length === 0) return retried;
      retried += await this.#retry(JSON.stringify(ids), name === undefined ? undefined : [name]);
      last = ids.at(-1) ?? last;
    }
  }

  retry(ids: readonly string[]): Promise<number> {
    return this.#retry(numbersOf(ids), undefined);
  }

  remove(ids: readonly string[]): Promise<number> {
    const sql = 'delete from jobs where id in (select value from json_each(?))';
    return this.#writer.run(() => Number(this.#prepared(sql).run(numbersOf(ids)).changes));
  }

  async hasten(name: string): Promise<number> {
    const sql = `update jobs set stage = 'ready', run_after = ?1, updated_at = ?1
      where stage = 'delayed' and name = ?2`;
    const { changes } = await this.#writer.run(() => this.#prepared(sql).run(this.#clock.now(), name));
    if (changes > 0) this.#listeners.tell([name]);
    return Number(changes);
  }

  async counts(): Promise<{ name: string; state: JobState; count: number }[]> {
    this.#requireOpen();
    return countStates(this.#prepared);
  }

  async stats(): Promise<QueueStats[]> {
    this.#requireOpen();
    return standing(this.#at, this.#clock.now());
  }

  async depth(name: string): Promise<number> {
    this.#requireOpen();
    return countDue(this.#prepared, name, this.#clock.now());
  }

  async policies(): Promise<Map<string, QueuePolicy>> {
    this.#requireOpen();
    const all = [...allPolicies(this.#at)];
    return new Map(all.map(([name, state]) => [name, policyIn(state)]));
  }

  async setPolicy(name: string, change: Partial<QueuePolicy>): Promise<QueuePolicy> {
    requirePolicy(name, change);
    const now = this.#clock.now();
    const state = await this.#writer.run(() => changePolicy(this.#at, name, change, now));
    this.#listeners.tell([name]);
    return policyIn(state);
  }

  async nextDue(names: readonly string[]): Promise<number | undefined> {
    this.#requireOpen();
    return earliestDue(this.#at, names, this.#clock.now());
  }

  async look(names: readonly string[], limit: number): Promise<ShardLook> {
    this.#requireOpen();
    return lookAt(this.#at, names, limit, this.#clock.now());
  }

  async reclaim(names: readonly string[]): Promise<void> {
    const now = this.#clock.now();
    await this.#writer.run(() => {
      for (const name of names) reclaimExpired(this.#prepared, name, now);
    });
  }

  async heldPolicies(): Promise<Map<string, HeldPolicy>> {
    this.#requireOpen();
    return allPolicies(this.#at);
  }

  revise(name: string, change: (held: HeldPolicy | undefined) => HeldPolicy | undefined): Promise<void> {
    return this.#writer.run(() => {
      const before = policyOf(this.#at, name);
      const held = change(before);
      const by = { number: this.#at.number, now: this.#clock.now() };
      if (held) storePolicy(this.#prepared, name, heldAs(held, before, by));
    });
  }

  async waiting(name: string, limit: number): Promise<MovingJob[]> {
    this.#requireOpen();
    return waitingJobs(this.#prepared, name, limit);
  }

  adopt(jobs: readonly MovingJob[]): Promise<string[]> {
    const now = this.#clock.now();
    return this.#writer.run(() =>
      jobs.filter((job) => adoptJob(this.#prepared, job, now)).map(({ id }) => id),
    );
  }

  release(ids: readonly string[]): Promise<number> {
    const sql = `delete from jobs where id in (select value from json_each(?)) and stage in ('delayed', 'ready')`;
    return this.#writer.run(() => Number(this.#prepared(sql).run(numbersOf(ids)).changes));
  }

  async prune(before: number): Promise<number> {
    const sql = `delete from jobs where id in (
      select id from jobs where stage = 'done' and updated_at < ? limit ${batch})`;
    let pruned = 0;
    for (;;) {
      const { changes } = await this.#writer.run(() => this.#prepared(sql).run(before));
      pruned += Number(changes);
      if (changes < batch) return pruned;
    }
  }

  onEnqueue(listener: DueListener): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    if (!this.#db.isOpen) return;
    this.#writer.close();
    this.#db.close();
  }

  /** Changes a job while its lease holds; whether it did. */
  #change(
    set: string,
    values: (string | number | null)[],
    id: string,
    lease: string,
    kept: 'synced' | 'unsynced' = 'synced',
  ): Promise<boolean> {
    const now = this.#clock.now();
    const work = () => {
      const statement = this.#prepared(`update jobs set ${set}, updated_at = ? ${held}`);
      return statement.run(...values, now, Number(id), lease, now).changes === 1;
    };
    return kept === 'synced' ? this.#writer.run(work) : this.#writer.runUnsynced(work);
  }

  async #retry(ids: string, names: readonly string[] | undefined): Promise<number> {
    // Ignores a failed job whose deduplication key has been enqueued anew.
    const sql = `update or ignore jobs set stage = 'ready', attempts_left = attempts, run_after = ?1,
      updated_at = ?1 where stage = 'failed' and id in (select value from json_each(?2))`;
    const { changes } = await this.#writer.run(() => this.#prepared(sql).run(this.#clock.now(), ids));
    if (changes > 0) this.#listeners.tell(names);
    return Number(changes);
  }

  /** The newest rows of a state; `rest` ends the statement, whose first value is the stage. */
  #newest(state: JobState, rest: string, values: readonly (string | number)[], limit: number): JobRow[] {
    const newest = this.#prepared(`select ${columns} from jobs where stage = ?1 ${rest}`);
    const rows = stagesOf(state).flatMap((stage) => newest.all(stage, ...values) as JobRow[]);
    return rows.sort((a, b) => b.id - a.id).slice(0, limit);
  }

  #requireOpen(): void {
    if (!this.#db.isOpen) throw new UnreachedError('the queue is closed');
  }
}

/** Opens the queue, making the file when missing. A commit costs one sync to disk under `power`, except of claims and heartbeats; calls in one turn share it. */
export function openSqliteQueue(options: SqliteQueueOptions): JobShard {
  return new SqliteQueue(options);
}
