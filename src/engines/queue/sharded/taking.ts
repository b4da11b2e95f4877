/** Which jobs to take from which shards: looked at first, the best of all of them. */
import type { Head, JobShard, NameLook, ShardLook } from '../job-shard.ts';
import type { LeasedJob } from '../port.ts';
import type { Member } from './member.ts';
import type { Members } from './members.ts';
import { type Policies, upToDate } from './policies.ts';

/** Milliseconds for which a look waits for a shard while another has answered. */
const lookMs = 1000;
/** How often a look is repeated after something was put right. */
const rounds = 4;
const movedAtOnce = 200;

type Looks = Map<Member, ShardLook>;

const byRank = (a: Head | LeasedJob, b: Head | LeasedJob): number =>
  b.priority - a.priority || a.createdAt - b.createdAt || Number(a.id) - Number(b.id);

/** A lease tells whose it is. */
const leaseAt = ({ number }: Member, lease: string): string => `${number}:${lease}`;

/** The number of a lease's shard, and the lease there. */
export function leaseIn(lease: string): { number: number; lease: string } {
  const at = lease.indexOf(':');
  return { number: at < 1 ? -1 : Number(lease.slice(0, at)), lease: lease.slice(at + 1) };
}

/** How many of the best jobs are on each shard. */
function sharesIn(looks: Looks, limit: number): Map<Member, number> {
  const heads = [...looks].flatMap(([member, look]) => look.heads.map((head) => ({ member, head })));
  const best = heads.sort((a, b) => byRank(a.head, b.head)).slice(0, limit);
  const byMember = Map.groupBy(best, ({ member }) => member);
  return new Map([...byMember].map(([member, some]) => [member, some.length]));
}

/** Looks and takes. */
export class Taking {
  readonly #members: Members;
  readonly #policies: Policies;

  constructor(members: Members, policies: Policies) {
    this.#members = members;
    this.#policies = policies;
  }

  /** Leases the best due jobs of names; a shard that fails is left out. */
  async take(names: readonly string[], limit: number, leaseMs: number): Promise<LeasedJob[]> {
    const shares = sharesIn(await this.look(names, limit), limit);
    if (shares.size === 0) return [];
    const taken = await this.#members.askSome([...shares.keys()], async (shard, member) => {
      const jobs = await shard.dequeue(names, shares.get(member) ?? 0, leaseMs);
      return jobs.map((job) => ({ ...job, lease: leaseAt(member, job.lease) }));
    });
    return [...taken.values()].flat().sort(byRank);
  }

  /** How names stand on the shards that answer, once policies are alike, leases that are over taken back, and strays moved. */
  async look(names: readonly string[], limit: number): Promise<Looks> {
    for (let round = 1; ; round += 1) {
      const looks = await this.#members.askAll((shard) => shard.look(names, limit), lookMs);
      if (round === rounds || !(await this.#putRight(looks, limit))) return upToDate(looks);
    }
  }

  async #putRight(looks: Looks, limit: number): Promise<boolean> {
    if (await this.#policies.align(looks)) return true;
    const [reclaimed, moved] = await Promise.all([
      limit > 0 && this.#reclaim(looks),
      this.#moveStrays(looks),
    ]);
    return reclaimed || moved;
  }

  async #reclaim(looks: Looks): Promise<boolean> {
    const expired = [...looks].map(([member, { names }]) => ({
      member,
      names: names.filter(({ hasExpired }) => hasExpired).map(({ name }) => name),
    }));
    const some = expired.filter(({ names }) => names.length > 0);
    const namesOf = new Map(some.map(({ member, names }) => [member, names]));
    const done = await this.#members.askSome([...namesOf.keys()], async (shard, member) => {
      await shard.reclaim(namesOf.get(member) ?? []);
    });
    return done.size > 0;
  }

  async #moveStrays(looks: Looks): Promise<boolean> {
    const strays = [...looks].flatMap(([from, { names }]) =>
      names.filter(({ hasStrays }) => hasStrays).map((look) => ({ from, look })),
    );
    const moves = strays.map(({ from, look }) => this.#move(from, look));
    return (await Promise.all(moves)).some((count) => count > 0);
  }

  /** Brings jobs to the home of their name, some at a time; a crash leaves one at both places, under one id. */
  async #move(from: Member, { name, held }: NameLook): Promise<number> {
    const home = this.#members.numbered(held?.home ?? null);
    if (!home?.isUp) return 0;
    const moved = await this.#members.askSome([from], async (shard: JobShard) => {
      const jobs = await shard.waiting(name, movedAtOnce);
      const there = await home.ask((at) => at.adopt(jobs));
      return shard.release(there);
    });
    return moved.get(from) ?? 0;
  }
}
