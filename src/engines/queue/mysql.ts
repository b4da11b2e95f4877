/**
 * The queue on MySQL 8 or MariaDB 10.6 and later, shared by as many processes as one likes. Each hears only its own
 * `onEnqueue`; times are those of the processes' clocks, which must agree to a fraction of a lease.
 */
import type { Clock } from '#kernel/clock';
import { InvalidInputError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { DueListeners } from './due-listeners.ts';
import { type HeldPolicy, type JobShard, type MovingJob, mostShards, type ShardLook } from './job-shard.ts';
import { acknowledging } from './mysql/acknowledge.ts';
import { claimDue } from './mysql/claim.ts';
import { enqueueing } from './mysql/enqueue.ts';
import { countDue, countStates, standing } from './mysql/figures.ts';
import { lookAt } from './mysql/look.ts';
import { adoptJobs, waitingJobs } from './mysql/moving.ts';
import { changePolicy, type PoliciesAt, readPolicies, revisePolicy } from './mysql/policies.ts';
import { type Numbering, QueuePool, unavailable } from './mysql/pool.ts';
import { columns, idList, json, numbersOf, rowOf, text } from './mysql/rows.ts';
import { makingSql, stages } from './mysql/schema.ts';
import { GroupWriter } from './mysql/writer.ts';
import { type PolicyState, policyIn, requirePolicy } from './policy.ts';
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
import { type JobRow, toJob, toLeased } from './rows.ts';
import { scanRows } from './scanning.ts';
import { UnderWay } from './under-way.ts';
import { UnreachedError } from './unreached.ts';
import { requireStorableOnServer } from './validate.ts';

/** How to open the queue. */
export interface MysqlQueueOptions {
  /** `mysql://user:password@host:port`; the user may create the database. */
  readonly url: string;
  /** The database that holds it; `pinakes_queue` when left out. */
  readonly database?: string | undefined;
  readonly clock: Clock;
  /** Which job shard it is, where it is one of several. */
  readonly number?: number | undefined;
  /** The server's identity, MariaDB's `server_id` or MySQL's `server_uuid`: no other is asked in its place. */
  readonly serverId?: string | undefined;
  /** Milliseconds that a statement may take; 10,000 when left out. */
  readonly statementMs?: number | undefined;
}

/** Ids of a queue alone; a shard's are a class of their own, and above those of queues that had no number. */
function numberingOf(number: number | undefined): Numbering {
  return number === undefined ? { increment: 1, offset: 1 } : { increment: mostShards, offset: number + 1 };
}

const pruneBatch = 500;

class MysqlQueue implements JobShard {
  readonly #clock: Clock;
  readonly #database: string;
  readonly #number: number;
  readonly #increment: number;
  readonly #firstId: number;
  readonly #table: string;
  readonly #pool: QueuePool;
  readonly #writer: GroupWriter;
  readonly #listeners = new DueListeners();
  readonly #underWay = new UnderWay(() => new UnreachedError('the queue is closed'));
  #made: Promise<unknown> | undefined;

  constructor(options: MysqlQueueOptions) {
    const { database = 'pinakes_queue', clock, number } = options;
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(database))
      throw new InvalidInputError('database', 'must be 1 to 64 of a-z, 0-9 and _, a letter first');
    this.#clock = clock;
    this.#database = database;
    this.#table = `${database}.jobs`;
    const numbering = numberingOf(number);
    this.#number = number ?? 0;
    this.#increment = numbering.increment;
    this.#firstId = number === undefined ? 1 : clock.now();
    this.#pool = new QueuePool({ ...options, numbering });
    this.#writer = new GroupWriter(this.#pool);
  }

  async enqueue(jobs: readonly NewJob[]): Promise<string[]> {
    for (const job of jobs) requireStorableOnServer(job);
    if (jobs.length === 0) return [];
    const place = { database: this.#database, increment: this.#increment };
    const write = enqueueing(place, jobs, this.#clock.now());
    const ids = await this.#do(() => this.#writer.run(write));
    this.#listeners.tell([...new Set(jobs.map(({ name }) => name))]);
    return ids;
  }

  async dequeue(names: readonly string[], limit: number, leaseMs: number): Promise<LeasedJob[]> {
    if (names.length === 0 || limit < 1) return [];
    return this.#claim(names, limit, leaseMs);
  }

  async acknowledge(id: string, lease: string, result: JsonObject): Promise<boolean> {
    return this.#do(() =>
      this.#writer.run(acknowledging(this.#table, { id, lease, result }, this.#clock.now())),
    );
  }

  fail(id: string, lease: string, error: string, retryAt: number | null): Promise<boolean> {
    const isOver = retryAt === null ? 'true' : 'attempts_left = 0';
    const set = `error = ${text(error)}, lease = null, active_key = if(${isOver}, null, active_key),
      stage = if(${isOver}, ${stages.failed}, ${stages.delayed}),
      run_after = ${retryAt ?? 'run_after'}, due_at = run_after`;
    return this.#change(set, id, lease);
  }

  checkpoint(id: string, lease: string, payload: JsonObject): Promise<boolean> {
    return this.#change(`payload = ${json(payload, 'payload')}`, id, lease);
  }

  postpone(id: string, lease: string, payload: JsonObject, runAfter: number): Promise<boolean> {
    const set = `payload = ${json(payload, 'payload')}, stage = ${stages.delayed}, run_after = ${runAfter},
      due_at = ${runAfter}, attempts_left = attempts, error = null, lease = null`;
    return this.#change(set, id, lease);
  }

  heartbeat(id: string, lease: string, leaseMs: number): Promise<boolean> {
    return this.#change(`due_at = ${this.#clock.now() + leaseMs}`, id, lease);
  }

  async endLeases(): Promise<number> {
    const now = this.#clock.now();
    const set = `due_at = ${now}, updated_at = ${now}`;
    return this.#update(`set ${set} where stage = ${stages.running} and due_at > ${now}`, undefined);
  }

  async get(ids: readonly string[]): Promise<Map<string, Job>> {
    const rows = await this.#rows(`where id in (${idList(ids)})`);
    return new Map(rows.map((row) => [String(row.id), toJob(row)]));
  }

  async list(state: JobState, limit: number, name?: string): Promise<Job[]> {
    const named = name === undefined ? '' : `and name = ${text(name)}`;
    return (await this.#newest(state, named, limit)).map(toJob);
  }

  async scan(scan: JobScan): Promise<JobsFound> {
    const { rows, next } = await scanRows(scan, (before, count) =>
      this.#newest(scan.state, `and id < ${before}`, count),
    );
    return { items: rows.map(toJob), next };
  }

  hasten(name: string): Promise<number> {
    const now = this.#clock.now();
    const set = `stage = ${stages.ready}, run_after = ${now}, due_at = ${now}, updated_at = ${now}`;
    return this.#update(`set ${set} where name = ${text(name)} and stage = ${stages.delayed}`, [name]);
  }

  retryFailed(name?: string): Promise<number> {
    const where = name === undefined ? 'true' : `name = ${text(name)}`;
    return this.#retryWhere(where, name === undefined ? undefined : [name]);
  }

  retry(ids: readonly string[]): Promise<number> {
    return this.#retryWhere(`id in (${idList(ids)})`, undefined);
  }

  remove(ids: readonly string[]): Promise<number> {
    return this.#do(() => this.#delete([...new Set(ids)].filter((id) => idList([id]) === id)));
  }

  counts(): Promise<{ name: string; state: JobState; count: number }[]> {
    return this.#do(() => countStates(this.#pool, this.#database));
  }

  stats(): Promise<QueueStats[]> {
    return this.#do(() => standing(this.#pool, this.#database, this.#clock.now()));
  }

  depth(name: string): Promise<number> {
    return this.#do(() => countDue(this.#pool, this.#database, name, this.#clock.now()));
  }

  async policies(): Promise<Map<string, QueuePolicy>> {
    const all = [...(await this.heldPolicies())];
    return new Map(all.map(([name, state]) => [name, policyIn(state)]));
  }

  async setPolicy(name: string, change: Partial<QueuePolicy>): Promise<QueuePolicy> {
    requirePolicy(name, change);
    const now = this.#clock.now();
    const policy = await this.#do(() => changePolicy(this.#pool, this.#at, name, change, now));
    this.#listeners.tell([name]);
    return policy;
  }

  async nextDue(names: readonly string[]): Promise<number | undefined> {
    const { names: looks } = await this.look(names, 0);
    const dues = looks.flatMap(({ nextDue }) => nextDue ?? []);
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  look(names: readonly string[], limit: number): Promise<ShardLook> {
    const looking = { ...this.#at, names, limit, now: this.#clock.now() };
    return this.#do(() => lookAt(this.#pool, looking));
  }

  async reclaim(names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.#claim(names, 0, 0);
  }

  heldPolicies(): Promise<Map<string, PolicyState>> {
    return this.#do(() => readPolicies(this.#pool, this.#at));
  }

  revise(name: string, change: (held: HeldPolicy | undefined) => HeldPolicy | undefined): Promise<void> {
    const now = this.#clock.now();
    return this.#do(() => revisePolicy(this.#pool, this.#at, name, change, now));
  }

  waiting(name: string, limit: number): Promise<MovingJob[]> {
    return this.#do(() => waitingJobs(this.#pool, this.#database, name, limit));
  }

  async adopt(jobs: readonly MovingJob[]): Promise<string[]> {
    if (jobs.length === 0) return [];
    const now = this.#clock.now();
    return this.#do(() => this.#pool.transact((run) => adoptJobs(run, this.#database, jobs, now)));
  }

  release(ids: readonly string[]): Promise<number> {
    return this.#do(() => this.#delete(ids, `and stage in (${stages.delayed}, ${stages.ready})`));
  }

  async prune(before: number): Promise<number> {
    let [pruned, last] = [0, 0];
    for (;;) {
      const sql = `select id, updated_at as at from ${this.#table} where stage = ${stages.done} and id > ${last}
        order by id limit ${pruneBatch}`;
      const [answer] = await this.#do(() => this.#pool.read([sql]));
      const rows = (answer?.rows ?? []).map((row) => ({ id: Number(row['id']), at: Number(row['at']) }));
      const old = rows.filter(({ at }) => at < before).map(({ id }) => String(id));
      if (old.length > 0) pruned += await this.#do(() => this.#delete(old));
      if (rows.length < pruneBatch) return pruned;
      last = rows.at(-1)?.id ?? last;
    }
  }

  onEnqueue(listener: DueListener): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    if (await this.#underWay.end()) await this.#pool.close();
  }

  get #at(): PoliciesAt {
    return { database: this.#database, number: this.#number };
  }

  async #claim(names: readonly string[], limit: number, leaseMs: number): Promise<LeasedJob[]> {
    const asked = { ...this.#at, names, limit, leaseMs, now: this.#clock.now() };
    const rows = await this.#do(() => this.#pool.transact((run) => claimDue(run, asked)));
    return rows.map(toLeased);
  }

  /** Row by row: a statement over many of them deadlocks with others. */
  async #delete(ids: readonly string[], where = ''): Promise<number> {
    if (ids.length === 0) return 0;
    const statements = ids.map((id) => `delete from ${this.#table} where id = ${id} ${where}`);
    return this.#writer.run({
      statements,
      answer: (answers) => answers.reduce((sum, { matched }) => sum + matched, 0),
    });
  }

  /** Changes a job while its lease holds; whether it did. */
  async #change(set: string, id: string, lease: string): Promise<boolean> {
    const now = this.#clock.now();
    const held = `id = ${idList([id])} and lease = ${text(lease)} and stage = ${stages.running} and due_at > ${now}`;
    const sql = `update ${this.#table} set ${set}, updated_at = ${now} where ${held}`;
    const answer = (answers: readonly { matched: number }[]) => answers[0]?.matched === 1;
    return this.#do(() => this.#writer.run({ statements: [sql], answer }));
  }

  async #update(rest: string, names: readonly string[] | undefined): Promise<number> {
    const sql = `update ignore ${this.#table} ${rest}`;
    const answer = (answers: readonly { changed: number }[]) => answers[0]?.changed ?? 0;
    const changed = await this.#do(() => this.#writer.run({ statements: [sql], answer }));
    if (changed > 0) this.#listeners.tell(names);
    return changed;
  }

  /** Leaves a failed job as it is whose deduplication key has been enqueued anew: `ignore`. */
  #retryWhere(where: string, names: readonly string[] | undefined): Promise<number> {
    const now = this.#clock.now();
    const set = `active_key = key_hash, stage = ${stages.ready}, attempts_left = attempts, run_after = ${now},
      due_at = ${now}, updated_at = ${now}`;
    return this.#update(`set ${set} where stage = ${stages.failed} and ${where}`, names);
  }

  async #rows(rest: string): Promise<JobRow[]> {
    const [answer] = await this.#do(() => this.#pool.read([`select ${columns} from ${this.#table} ${rest}`]));
    return (answer?.rows ?? []).map(rowOf);
  }

  async #newest(state: JobState, rest: string, limit: number): Promise<JobRow[]> {
    const each = await Promise.all(
      numbersOf(state).map((stage) =>
        this.#rows(`where stage = ${stage} ${rest} order by id desc limit ${limit}`),
      ),
    );
    return each
      .flat()
      .sort((a, b) => b.id - a.id)
      .slice(0, limit);
  }

  /** Does something once the tables are there; `close` waits for it. */
  #do<T>(work: () => Promise<T>): Promise<T> {
    return this.#underWay.run(async () => {
      try {
        await this.#make();
        return await work();
      } catch (error) {
        throw unavailable(error);
      }
    });
  }

  #make(): Promise<unknown> {
    this.#made ??= this.#pool.read(makingSql(this.#database, this.#firstId)).catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    return this.#made;
  }
}

/** Opens the queue; contacts nobody before its first use, which makes the database and its tables when they are missing. */
export function openMysqlQueue(options: MysqlQueueOptions): JobShard {
  return new MysqlQueue(options);
}
