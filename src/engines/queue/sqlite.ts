/** The queue in one SQLite file. Processes may share the file; each hears only its own `onEnqueue`. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { type Durability, openSqlite, preparedIn } from '#kernel/sqlite';
import { SqliteWriter } from '#kernel/sqlite-writer';
import { claimDue, earliestDue, type Prepared } from './claim.ts';
import { insertJob } from './insert.ts';
import type { Job, JobState, LeasedJob, NewJob, Queue } from './port.ts';
import { columns, type JobRow, stagesOf, stateOf, toJob, toLeased } from './rows.ts';
import { queueSchema, type Stage } from './schema.ts';
import { requireStorable } from './validate.ts';

/** How to open the queue. */
export interface SqliteQueueOptions {
  /** The SQLite file. */
  readonly path: string;
  readonly clock: Clock;
  readonly durability: Durability;
}

const held = `where id = ? and lease = ? and stage = 'running' and lease_until > ?`;
const pruneBatch = 500;

class SqliteQueue implements Queue {
  readonly #db: DatabaseSync;
  readonly #clock: Clock;
  readonly #writer: SqliteWriter;
  readonly #prepared: Prepared;
  readonly #listeners = new Set<() => void>();

  constructor(options: SqliteQueueOptions) {
    this.#db = openSqlite({ ...options, schema: queueSchema });
    this.#clock = options.clock;
    this.#writer = new SqliteWriter(this.#db, 'the queue');
    this.#prepared = preparedIn(this.#db);
  }

  async enqueue(jobs: readonly NewJob[]): Promise<string[]> {
    for (const job of jobs) requireStorable(job);
    const payloads = jobs.map((job) => JSON.stringify(job.payload));
    const now = this.#clock.now();
    const ids = await this.#writer.run(() =>
      jobs.map((job, i) => insertJob(this.#prepared, job, payloads[i] ?? '{}', now)),
    );
    this.#announce();
    return ids;
  }

  async dequeue(names: readonly string[], limit: number, leaseMs: number): Promise<LeasedJob[]> {
    if (names.length === 0 || limit < 1) return [];
    const rows = await this.#writer.run(() =>
      claimDue(this.#prepared, names, limit, { now: this.#clock.now(), leaseMs }),
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

  heartbeat(id: string, lease: string, leaseMs: number): Promise<boolean> {
    return this.#change('lease_until = ?', [this.#clock.now() + leaseMs], id, lease);
  }

  async endLeases(): Promise<number> {
    const sql = `update jobs set lease_until = ?1, updated_at = ?1 where stage = 'running' and lease_until > ?1`;
    const { changes } = await this.#writer.run(() => this.#prepared(sql).run(this.#clock.now()));
    if (changes > 0) this.#announce();
    return Number(changes);
  }

  async get(ids: readonly string[]): Promise<Map<string, Job>> {
    this.#requireOpen();
    const rows = this.#prepared(
      `select ${columns} from jobs where id in (select value from json_each(?))`,
    ).all(JSON.stringify(ids.map(Number)));
    return new Map((rows as JobRow[]).map((row) => [String(row.id), toJob(row)]));
  }

  async list(state: JobState, limit: number, name?: string): Promise<Job[]> {
    this.#requireOpen();
    const named = name === undefined ? '' : 'and name = ?3';
    const newest = this.#prepared(
      `select ${columns} from jobs where stage = ?1 ${named} order by id desc limit ?2 + 0`,
    );
    const values = name === undefined ? [limit] : [limit, name];
    const rows = stagesOf(state).flatMap((stage) => newest.all(stage, ...values) as JobRow[]);
    return rows
      .sort((a, b) => b.id - a.id)
      .slice(0, limit)
      .map(toJob);
  }

  async retryFailed(name?: string): Promise<number> {
    const now = this.#clock.now();
    // Ignores a failed job whose deduplication key has been enqueued anew.
    const sql = `update or ignore jobs set stage = 'ready', attempts_left = attempts, run_after = ?1,
      updated_at = ?1 where stage = 'failed' and name = coalesce(?2, name)`;
    const { changes } = await this.#writer.run(() => this.#prepared(sql).run(now, name ?? null));
    if (changes > 0) this.#announce();
    return Number(changes);
  }

  async hasten(name: string): Promise<number> {
    const sql = `update jobs set stage = 'ready', run_after = ?1, updated_at = ?1
      where stage = 'delayed' and name = ?2`;
    const { changes } = await this.#writer.run(() => this.#prepared(sql).run(this.#clock.now(), name));
    if (changes > 0) this.#announce();
    return Number(changes);
  }

  async counts(): Promise<{ name: string; state: JobState; count: number }[]> {
    this.#requireOpen();
    const rows = this.#prepared(
      'select name, stage, count from tallies where count > 0 order by name, stage',
    ).all() as { name: string; stage: Stage; count: number }[];
    const byState = new Map<string, { name: string; state: JobState; count: number }>();
    for (const { name, stage, count } of rows) {
      const state = stateOf(stage);
      const key = `${name} ${state}`;
      byState.set(key, { name, state, count: count + (byState.get(key)?.count ?? 0) });
    }
    return [...byState.values()];
  }

  async nextDue(names: readonly string[]): Promise<number | undefined> {
    this.#requireOpen();
    return earliestDue(this.#prepared, names);
  }

  async prune(before: number): Promise<number> {
    const sql = `delete from jobs where id in (
      select id from jobs where stage = 'done' and updated_at < ? limit ${pruneBatch})`;
    let pruned = 0;
    for (;;) {
      const { changes } = await this.#writer.run(() => this.#prepared(sql).run(before));
      pruned += Number(changes);
      if (changes < pruneBatch) return pruned;
    }
  }

  onEnqueue(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    if (!this.#db.isOpen) return;
    this.#writer.close();
    this.#db.close();
  }

  /** Changes a job while its lease holds; whether it did. */
  #change(set: string, values: (string | number | null)[], id: string, lease: string): Promise<boolean> {
    const now = this.#clock.now();
    return this.#writer.run(() => {
      const statement = this.#prepared(`update jobs set ${set}, updated_at = ? ${held}`);
      return statement.run(...values, now, Number(id), lease, now).changes === 1;
    });
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }

  #requireOpen(): void {
    if (!this.#db.isOpen) throw new UnavailableError('the queue is closed');
  }
}

/** Opens the queue, making the file when missing. A commit costs one sync to disk under `power`; calls in one turn share it. */
export function openSqliteQueue(options: SqliteQueueOptions): Queue {
  return new SqliteQueue(options);
}
