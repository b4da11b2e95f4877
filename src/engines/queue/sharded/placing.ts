/** Which shard a new job goes to. */
import { UnavailableError } from '#kernel/errors';
import type { NewJob } from '../port.ts';
import type { Member } from './member.ts';
import { byRendezvous, type Members } from './members.ts';

/** Picks shards. Jobs that may go anywhere go in turn, those of one call together. */
export class Placing {
  readonly #members: Members;
  #turn = Math.floor(Math.random() * 256);

  constructor(members: Members) {
    this.#members = members;
  }

  /** Whether a shard is left to be tried. */
  isLeft(tried: ReadonlySet<Member>): boolean {
    return this.#candidates(tried).length > 0;
  }

  /**
   * Places in `jobs` by the shards that they go to: a job to the home of its name where there is a limit, one with a key
   * to that key's, wherever those are not among `tried` and answer. Throws `UnavailableError` when none is left.
   */
  group(
    jobs: readonly NewJob[],
    homes: ReadonlyMap<string, number>,
    tried: ReadonlySet<Member>,
  ): Map<Member, number[]> {
    const candidates = this.#candidates(tried);
    const bound = jobs.map((job) => this.#boundTo(job, homes, candidates));
    const free = bound.find((member) => member !== undefined) ?? this.#next(candidates);
    return Map.groupBy(jobs.keys(), (at) => bound[at] ?? free);
  }

  #candidates(tried: ReadonlySet<Member>): readonly Member[] {
    const left = this.#members.serving.filter((member) => !tried.has(member));
    const up = left.filter(({ isUp }) => isUp);
    return up.length > 0 ? up : left;
  }

  #boundTo(
    { name, deduplicationKey }: NewJob,
    homes: ReadonlyMap<string, number>,
    candidates: readonly Member[],
  ): Member | undefined {
    const home = homes.get(name);
    const there = home === undefined ? undefined : candidates.find(({ number }) => number === home);
    if (there || deduplicationKey === undefined) return there;
    return byRendezvous(candidates, `${name}\0${deduplicationKey}`)[0];
  }

  #next(candidates: readonly Member[]): Member {
    this.#turn += 1;
    const member = candidates[this.#turn % candidates.length];
    if (!member) throw new UnavailableError('no job shard answers');
    return member;
  }
}
