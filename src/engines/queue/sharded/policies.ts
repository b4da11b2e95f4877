/**
 * Policies that all job shards hold alike.
 *
 * Every change has a version, and the highest holds: whoever looks at shards and finds one behind tells it what the others
 * know before taking anything from it. A name with a limit has one home, which alone hands out its jobs, so that the claim
 * there judges the limit as on a single queue. What other shards handed out before counts at home as long as it runs there;
 * a new home hands out nothing until that is counted.
 */
import type { Clock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import { type HeldPolicy, type NameLook, type ShardLook, uncounted } from '../job-shard.ts';
import { nothingHeld, policyIn } from '../policy.ts';
import type { QueuePolicy } from '../port.ts';
import { UnreachedError } from '../unreached.ts';
import type { Member } from './member.ts';
import { byRendezvous, type Members } from './members.ts';

const isLimited = ({ concurrency, rate }: QueuePolicy): boolean => concurrency !== null || rate !== null;

const newerOf = (one: HeldPolicy | undefined, other: HeldPolicy | undefined): HeldPolicy | undefined =>
  (one?.version ?? -1) >= (other?.version ?? -1) ? one : other;

/** What counts at shard `number` as running elsewhere when it is told of a home. */
function awayAt(number: number, home: number | null, own: HeldPolicy | undefined): number {
  if (home !== number) return 0;
  return own?.home === number ? own.away : uncounted;
}

/** A name's look on a shard. */
interface Sight {
  readonly member: Member;
  readonly look: NameLook;
}

function sightsOf(looks: ReadonlyMap<Member, ShardLook>): Map<string, Sight[]> {
  const all = [...looks].flatMap(([member, { names }]) => names.map((look) => ({ member, look })));
  return Map.groupBy(all, ({ look }) => look.name);
}

const newestIn = (sights: readonly Sight[]): HeldPolicy | undefined =>
  sights.map(({ look }) => look.held).reduce(newerOf, undefined);

const isBehind = ({ look }: Sight, newest: HeldPolicy | undefined): boolean =>
  newest !== undefined && (look.held?.version ?? -1) < newest.version;

/** Those looks whose shards know of every policy: from others nothing may be taken. */
export function upToDate(looks: ReadonlyMap<Member, ShardLook>): Map<Member, ShardLook> {
  const behind = new Set<Member>();
  for (const sights of sightsOf(looks).values()) {
    const newest = newestIn(sights);
    for (const sight of sights) if (isBehind(sight, newest)) behind.add(sight.member);
  }
  return new Map([...looks].filter(([member]) => !behind.has(member)));
}

/** Milliseconds after which homes are read again. */
const knownMs = 5000;
/** Milliseconds for which a shard is waited for while others have answered. */
const readMs = 1000;
/** Versions are times, with so many of them in a millisecond. */
const versionsPerMs = 1024;

/** Keeps policies alike. */
export class Policies {
  readonly #members: Members;
  readonly #clock: Clock;
  readonly #homes = new Map<string, number>();
  #readAt = Number.NEGATIVE_INFINITY;
  #firstRead: Promise<unknown> | undefined;

  constructor(members: Members, clock: Clock) {
    this.#members = members;
    this.#clock = clock;
  }

  /** All that were set. */
  async all(): Promise<Map<string, QueuePolicy>> {
    const held = [...(await this.#newest())];
    return new Map(held.map(([name, policy]) => [name, policyIn(policy)]));
  }

  /** The home of each name that has one, as known some seconds ago at most, unless nobody answers. */
  async homes(): Promise<ReadonlyMap<string, number>> {
    if (performance.now() - this.#readAt > knownMs) {
      this.#readAt = performance.now();
      const reading = this.#newest().catch(() => undefined);
      this.#firstRead ??= reading;
    }
    await this.#firstRead;
    return this.#homes;
  }

  /** Changes parts of a name's policy on all shards that answer; answers the whole. */
  async change(name: string, change: Partial<QueuePolicy>): Promise<QueuePolicy> {
    const newest = (await this.#newest()).get(name);
    let failure: unknown = new UnavailableError('no job shard answers');
    for (const arbiter of this.#arbiters(name, newest)) {
      try {
        const agreed = await this.#decide(arbiter, name, { newest, change });
        await this.#tell(name, agreed);
        return policyIn(agreed);
      } catch (error) {
        if (!(error instanceof UnreachedError)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** Makes what shards know of names alike, and counts what runs away from home; whether anything was changed. */
  async align(looks: ReadonlyMap<Member, ShardLook>): Promise<boolean> {
    const changes = [...sightsOf(looks)].map(([name, sights]) => this.#alignName(name, sights));
    return (await Promise.all(changes)).includes(true);
  }

  async #alignName(name: string, sights: readonly Sight[]): Promise<boolean> {
    const newest = newestIn(sights);
    if (!newest) return false;
    this.#note(name, newest);
    if (isLimited(newest) && !this.#serves(newest.home)) {
      await this.change(name, {});
      return true;
    }
    if (sights.some((sight) => isBehind(sight, newest))) {
      await this.#tell(name, newest);
      return true;
    }
    return this.#count(name, sights);
  }

  /** At home, lowers how many still run on other shards. */
  async #count(name: string, sights: readonly Sight[]): Promise<boolean> {
    const home = sights.find(({ member, look }) => look.held?.home === member.number);
    const held = home?.look.held;
    if (!home || !held || held.away === 0) return false;
    // What a silent shard handed out may still run.
    if (held.away < uncounted && sights.length < this.#members.all.length) return false;
    const others = sights.filter((sight) => sight !== home);
    const away = others.reduce((sum, { look }) => sum + look.running, 0);
    if (away >= held.away) return false;
    await home.member.ask((shard) =>
      shard.revise(name, (own) =>
        own?.version === held.version && own.away > away ? { ...own, away } : undefined,
      ),
    );
    return true;
  }

  #serves(home: number | null): boolean {
    return this.#members.serving.some(({ number }) => number === home);
  }

  /** Who may decide about a name, the first that answers: so changes that are made at once meet in one transaction. */
  #arbiters(name: string, newest: HeldPolicy | undefined): Member[] {
    const order = byRendezvous(this.#members.serving, name);
    const home = order.filter(({ number }) => number === newest?.home);
    const all = [...new Set([...home, ...order])];
    const up = all.filter(({ isUp }) => isUp);
    return up.length > 0 ? up : all;
  }

  async #decide(
    arbiter: Member,
    name: string,
    { newest, change }: { newest: HeldPolicy | undefined; change: Partial<QueuePolicy> },
  ): Promise<HeldPolicy> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    let agreed: HeldPolicy = nothingHeld;
    await arbiter.ask((shard) =>
      shard.revise(name, (own) => {
        const base = newerOf(own, newest) ?? nothingHeld;
        const policy = { ...policyIn(base), ...given };
        const kept = this.#serves(base.home) ? base.home : arbiter.number;
        const home = isLimited(policy) ? kept : null;
        const version = this.#versionAfter(base.version);
        agreed = { ...policy, version, home, away: awayAt(arbiter.number, home, own) };
        return agreed;
      }),
    );
    return agreed;
  }

  #versionAfter(version: number): number {
    const now = this.#clock.now() * versionsPerMs + Math.floor(Math.random() * versionsPerMs);
    return Math.max(version + 1, now);
  }

  /** Tells all shards that answer, the home last. */
  async #tell(name: string, agreed: HeldPolicy): Promise<void> {
    this.#note(name, agreed);
    const isHome = ({ number }: Member) => number === agreed.home;
    const up = this.#members.reachable;
    for (const some of [up.filter((one) => !isHome(one)), up.filter(isHome)])
      await this.#members.askSome(some, (shard, { number }) =>
        shard.revise(name, (own) =>
          own && own.version >= agreed.version
            ? undefined
            : { ...agreed, away: awayAt(number, agreed.home, own) },
        ),
      );
  }

  async #newest(): Promise<Map<string, HeldPolicy>> {
    const answers = await this.#members.askAll((shard) => shard.heldPolicies(), readMs);
    const newest = new Map<string, HeldPolicy>();
    for (const [name, held] of [...answers.values()].flatMap((all) => [...all]))
      newest.set(name, newerOf(held, newest.get(name)) ?? held);
    for (const [name, held] of newest) this.#note(name, held);
    return newest;
  }

  #note(name: string, { home }: HeldPolicy): void {
    if (home === null) this.#homes.delete(name);
    else this.#homes.set(name, home);
  }
}
