/**
 * One queue over several job shards, each on a server of its own: what one of them holds is out of reach while its server
 * is down, and everything else goes on. docs/decisions/0029 tells what that means for keys, limits and order.
 */
import type { Clock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { DueListeners } from './due-listeners.ts';
import { birthplaceOf, type JobShard } from './job-shard.ts';
import { requirePolicy } from './policy.ts';
import type {
  DueListener,
  Job,
  JobScan,
  JobState,
  JobsFound,
  LeasedJob,
  NewJob,
  Queue,
  QueuePolicy,
  QueueStats,
} from './port.ts';
import { type JobShardPlace, Member } from './sharded/member.ts';
import { Members } from './sharded/members.ts';
import { byAge, end, marksIn, onePage } from './sharded/pages.ts';
import { Placing } from './sharded/placing.ts';
import { Policies } from './sharded/policies.ts';
import { storeJobs } from './sharded/storing.ts';
import { leaseIn, Taking } from './sharded/taking.ts';
import { totalCounts, totalStats } from './sharded/totals.ts';
import { UnderWay } from './under-way.ts';
import { requireStorableOnServer } from './validate.ts';

export type { JobShardPlace } from './sharded/member.ts';

/** How to open the queue. */
export interface ShardedQueueOptions {
  /** One at least. */
  readonly places: readonly JobShardPlace[];
  readonly clock: Clock;
  /** Told when a shard stops answering, with the reason, and when it answers again. */
  readonly onChange?: (name: string, isUp: boolean, reason?: unknown) => void;
}

/** `depth` counts no further. */
const countedTo = 10_000;

class ShardedQueue implements Queue {
  readonly #members: Members;
  readonly #policies: Policies;
  readonly #placing: Placing;
  readonly #taking: Taking;
  readonly #listeners = new DueListeners();
  readonly #underWay = new UnderWay(() => new UnavailableError('the queue is closed'));

  constructor({ places, clock, onChange }: ShardedQueueOptions) {
    const members = places.map(
      (place) =>
        new Member(place, (isUp, reason) => {
          onChange?.(place.name, isUp, reason);
          if (isUp) this.#listeners.tell();
        }),
    );
    this.#members = new Members(members);
    this.#policies = new Policies(this.#members, clock);
    this.#placing = new Placing(this.#members);
    this.#taking = new Taking(this.#members, this.#policies);
  }

  async enqueue(jobs: readonly NewJob[]): Promise<string[]> {
    for (const job of jobs) requireStorableOnServer(job);
    if (jobs.length === 0) return [];
    const ids = await this.#do(async () => {
      const homes = await this.#policies.homes();
      return storeJobs(jobs, { placing: this.#placing, homes, tried: new Set() });
    });
    this.#listeners.tell([...new Set(jobs.map(({ name }) => name))]);
    return ids;
  }

  async dequeue(names: readonly string[], limit: number, leaseMs: number): Promise<LeasedJob[]> {
    if (names.length === 0 || limit < 1) return [];
    return this.#do(() => this.#taking.take(names, limit, leaseMs));
  }

  acknowledge(id: string, lease: string, result: JsonObject): Promise<boolean> {
    return this.#held(lease, (shard, own) => shard.acknowledge(id, own, result));
  }

  fail(id: string, lease: string, error: string, retryAt: number | null): Promise<boolean> {
    return this.#held(lease, (shard, own) => shard.fail(id, own, error, retryAt));
  }

  checkpoint(id: string, lease: string, payload: JsonObject): Promise<boolean> {
    return this.#held(lease, (shard, own) => shard.checkpoint(id, own, payload));
  }

  postpone(id: string, lease: string, payload: JsonObject, runAfter: number): Promise<boolean> {
    return this.#held(lease, (shard, own) => shard.postpone(id, own, payload, runAfter));
  }

  heartbeat(id: string, lease: string, leaseMs: number): Promise<boolean> {
    return this.#held(lease, (shard, own) => shard.heartbeat(id, own, leaseMs));
  }

  endLeases(): Promise<number> {
    return this.#changed(undefined, (shard) => shard.endLeases());
  }

  /** Rejects with `UnavailableError` when a job is not found and a shard that does not answer may have it. */
  get(ids: readonly string[]): Promise<Map<string, Job>> {
    return this.#do(() => this.#find(ids));
  }

  async list(state: JobState, limit: number, name?: string): Promise<Job[]> {
    const lists = await this.#all((shard) => shard.list(state, limit, name));
    return lists.flat().sort(byAge).slice(0, limit);
  }

  async scan(scan: JobScan): Promise<JobsFound> {
    const marks = marksIn(scan.before);
    return this.#do(async () => {
      const pages = await this.#members.askAll((shard, { number }) =>
        marks.get(number) === end
          ? Promise.resolve({ items: [], next: null })
          : shard.scan({ ...scan, before: marks.get(number) }),
      );
      const byNumber = new Map([...pages].map(([{ number }, page]) => [number, page]));
      return onePage(byNumber, marks, scan.limit);
    });
  }

  hasten(name: string): Promise<number> {
    return this.#changed([name], (shard) => shard.hasten(name));
  }

  retryFailed(name?: string): Promise<number> {
    return this.#changed(name === undefined ? undefined : [name], (shard) => shard.retryFailed(name));
  }

  retry(ids: readonly string[]): Promise<number> {
    return this.#changed(undefined, (shard) => shard.retry(ids));
  }

  remove(ids: readonly string[]): Promise<number> {
    return this.#do(() => this.#members.sum((shard) => shard.remove(ids)));
  }

  async counts(): Promise<{ name: string; state: JobState; count: number }[]> {
    return totalCounts(await this.#all((shard) => shard.counts()));
  }

  async stats(): Promise<QueueStats[]> {
    return totalStats(await this.#all((shard) => shard.stats()));
  }

  async depth(name: string): Promise<number> {
    const depth = await this.#do(() => this.#members.sum((shard) => shard.depth(name)));
    return Math.min(countedTo, depth);
  }

  policies(): Promise<Map<string, QueuePolicy>> {
    return this.#do(() => this.#policies.all());
  }

  async setPolicy(name: string, change: Partial<QueuePolicy>): Promise<QueuePolicy> {
    requirePolicy(name, change);
    const policy = await this.#do(async () => {
      const changed = await this.#policies.change(name, change);
      await this.#taking.look([name], 0);
      return changed;
    });
    this.#listeners.tell([name]);
    return policy;
  }

  async nextDue(names: readonly string[]): Promise<number | undefined> {
    if (names.length === 0) return undefined;
    const looks = await this.#do(() => this.#taking.look(names, 0));
    const dues = [...looks.values()].flatMap((look) => look.names.flatMap(({ nextDue }) => nextDue ?? []));
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  prune(before: number): Promise<number> {
    return this.#do(() => this.#members.sum((shard) => shard.prune(before)));
  }

  onEnqueue(listener: DueListener): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    if (await this.#underWay.end()) await Promise.all(this.#members.all.map((member) => member.close()));
  }

  /** Asks where they were stored first, then everybody for those that have been moved. */
  async #find(ids: readonly string[]): Promise<Map<string, Job>> {
    const byNumber = Map.groupBy(ids, birthplaceOf);
    const births = this.#members.reachable.filter(({ number }) => byNumber.has(number));
    const own = await this.#members.askSome(births, (shard, { number }) =>
      shard.get(byNumber.get(number) ?? []),
    );
    const found = new Map([...own.values()].flatMap((jobs) => [...jobs]));
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    const others = await this.#members.askAll((shard) => shard.get(missing));
    for (const [id, job] of [...others.values()].flatMap((jobs) => [...jobs])) found.set(id, job);
    if (others.size < this.#members.all.length && missing.some((id) => !found.has(id)))
      throw new UnavailableError('the server that holds this job may be one that does not answer');
    return found;
  }

  /** Asks the shard that gave a lease; false for a lease that none gave. */
  async #held(lease: string, work: (shard: JobShard, lease: string) => Promise<boolean>): Promise<boolean> {
    const { number, lease: own } = leaseIn(lease);
    const member = this.#members.numbered(number);
    return this.#do(async () => (member ? member.ask((shard) => work(shard, own)) : false));
  }

  async #all<T>(work: (shard: JobShard) => Promise<T>): Promise<T[]> {
    return [...(await this.#do(() => this.#members.askAll(work))).values()];
  }

  /** Sums up what was changed, and tells of it. */
  async #changed(
    names: readonly string[] | undefined,
    work: (shard: JobShard) => Promise<number>,
  ): Promise<number> {
    const changed = await this.#do(() => this.#members.sum(work));
    if (changed > 0) this.#listeners.tell(names);
    return changed;
  }

  /** Does something while the queue is open; `close` waits for it. */
  #do<T>(work: () => Promise<T>): Promise<T> {
    return this.#underWay.run(work);
  }
}

/** Opens one queue over job shards; contacts nobody before its first use. */
export function openShardedQueue(options: ShardedQueueOptions): Queue {
  return new ShardedQueue(options);
}
