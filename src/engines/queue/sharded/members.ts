/** The job shards of a set: which to ask, and asking many at once. */
import { createHash } from 'node:crypto';
import { late, within } from '#kernel/deadline';
import { UnavailableError } from '#kernel/errors';
import type { JobShard } from '../job-shard.ts';
import type { Member } from './member.ts';

/** Work on one shard. */
export type Asking<T> = (shard: JobShard, member: Member) => Promise<T>;

const weightOf = ({ number }: Member, text: string): string =>
  createHash('sha256').update(`${number}\0${text}`).digest('hex');

/** Shards by how much they are home to a text (rendezvous hashing): when one goes, only what was its own goes elsewhere. */
export function byRendezvous(members: readonly Member[], text: string): Member[] {
  const weighed = members.map((member) => ({ member, weight: weightOf(member, text) }));
  return weighed.sort((a, b) => (a.weight < b.weight ? 1 : -1)).map(({ member }) => member);
}

/** What those answered that did; throws what is no want of an answer. */
function answersOf<T>(
  members: readonly Member[],
  outcomes: readonly PromiseSettledResult<T | typeof late>[],
): Map<Member, T> {
  const answers = new Map<Member, T>();
  for (const [i, outcome] of outcomes.entries()) {
    const member = members[i] as Member;
    if (outcome.status === 'rejected') {
      if (!(outcome.reason instanceof UnavailableError)) throw outcome.reason;
    } else if (outcome.value !== late) answers.set(member, outcome.value);
  }
  return answers;
}

/** All shards. */
export class Members {
  readonly all: readonly Member[];

  constructor(all: readonly Member[]) {
    this.all = all;
  }

  /** Those that answer; all when none does, so that the next call finds out. */
  get reachable(): readonly Member[] {
    const up = this.all.filter(({ isUp }) => isUp);
    return up.length > 0 ? up : this.all;
  }

  /** Those that new jobs may go to. */
  get serving(): readonly Member[] {
    const serving = this.all.filter(({ takesJobs }) => takesJobs);
    return serving.length > 0 ? serving : this.all;
  }

  /** A shard by its number. */
  numbered(number: number | null): Member | undefined {
    return this.all.find((member) => member.number === number);
  }

  /** Asks some shards side by side; those that do not answer are left out. */
  async askSome<T>(members: readonly Member[], work: Asking<T>): Promise<Map<Member, T>> {
    const asked = members.map((member) => member.ask((shard) => work(shard, member)));
    return answersOf(members, await Promise.allSettled(asked));
  }

  /**
   * Asks all that answer. Those that fail are left out, and those that take more than `ms` while others do not; without it
   * they may take their time. Rejects with `UnavailableError` when none answers.
   */
  async askAll<T>(work: Asking<T>, ms?: number): Promise<Map<Member, T>> {
    const members = this.reachable;
    const isPatient = ms === undefined;
    const asked = members.map((member) => member.ask((shard) => work(shard, member), isPatient));
    if (ms !== undefined && members.length > 1) {
      const prompt = answersOf(members, await Promise.allSettled(asked.map((one) => within(ms, one))));
      if (prompt.size > 0) return prompt;
    }
    const outcomes = await Promise.allSettled(asked);
    const answers = answersOf(members, outcomes);
    const [first] = outcomes;
    if (answers.size === 0 && first?.status === 'rejected') throw first.reason;
    return answers;
  }

  /** The sum of what they answer. */
  async sum(work: Asking<number>): Promise<number> {
    return [...(await this.askAll(work)).values()].reduce((sum, count) => sum + count, 0);
  }
}
