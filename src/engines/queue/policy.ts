/**
 * What a name's policy allows. Rates are a token bucket: it holds `burst` tokens at most and gains `perSecond` of them a
 * second; who begins a job takes one.
 */
import { InvalidInputError } from '#kernel/errors';
import { type HeldPolicy, uncounted } from './job-shard.ts';
import type { QueuePolicy, QueueRate } from './port.ts';

/** A name without a policy. */
export const openPolicy: QueuePolicy = { isPaused: false, concurrency: null, rate: null };

/** What a shard holds of a name of which nothing was ever said. */
export const nothingHeld: HeldPolicy = { ...openPolicy, version: 0, home: null, away: 0 };

/** A policy with how its bucket stands, and whether another job shard is the one that hands out the name's jobs. */
export interface PolicyState extends HeldPolicy {
  readonly tokens: number;
  /** When there were that many. */
  readonly filledAt: number;
  readonly isElsewhere: boolean;
}

/** A policy alone, without what is stored beside it. */
export const policyIn = ({ isPaused, concurrency, rate }: QueuePolicy): QueuePolicy => ({
  isPaused,
  concurrency,
  rate,
});

const most = { perSecond: 1_000_000, burst: 1_000_000, concurrency: 100_000 } as const;

function requireRate({ perSecond, burst }: QueueRate): void {
  if (!(perSecond > 0 && perSecond <= most.perSecond))
    throw new InvalidInputError('rate.perSecond', `must be above 0 and at most ${most.perSecond}`);
  if (!Number.isInteger(burst) || burst < 1 || burst > most.burst)
    throw new InvalidInputError('rate.burst', `must be a whole number from 1 to ${most.burst}`);
}

/** Throws `InvalidInputError` naming the part of a policy that cannot be. */
export function requirePolicy(name: string, { concurrency, rate }: Partial<QueuePolicy>): void {
  if (name === '') throw new InvalidInputError('name', 'must not be empty');
  if (rate) requireRate(rate);
  const atOnce = concurrency ?? 1;
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > most.concurrency)
    throw new InvalidInputError('concurrency', `must be a whole number from 1 to ${most.concurrency}`);
}

/** A policy after a change. */
export function changedPolicy(
  before: PolicyState | undefined,
  change: Partial<QueuePolicy>,
  now: number,
): PolicyState {
  const base = before ?? { ...nothingHeld, tokens: 0, filledAt: now, isElsewhere: false };
  const bucket = change.rate ? { tokens: change.rate.burst, filledAt: now } : {};
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...base, ...given, ...bucket };
}

const isSameRate = (one: QueueRate, other: QueueRate | null): boolean =>
  one.perSecond === other?.perSecond && one.burst === other.burst;

/** The bucket of a rate that a shard is told: full when the rate is new, empty when another shard handed out before. */
function bucketOf({ rate, home }: HeldPolicy, before: PolicyState | undefined, now: number) {
  if (!rate || !before || !isSameRate(rate, before.rate)) return { tokens: rate?.burst ?? 0, filledAt: now };
  const hasMoved = before.home !== null && before.home !== home;
  return hasMoved ? { tokens: 0, filledAt: now } : { tokens: before.tokens, filledAt: before.filledAt };
}

/** What shard `number` stores when it is told a policy. */
export function heldAs(
  held: HeldPolicy,
  before: PolicyState | undefined,
  { number, now }: { number: number; now: number },
): PolicyState {
  const isElsewhere = held.home !== null && held.home !== number;
  return { ...held, ...bucketOf(held, before, now), isElsewhere };
}

/** The tokens that there are by now. */
export function tokensAt({ rate, tokens, filledAt }: PolicyState, now: number): number {
  if (!rate) return Number.POSITIVE_INFINITY;
  return Math.min(rate.burst, tokens + (Math.max(0, now - filledAt) * rate.perSecond) / 1000);
}

/** Whether this shard hands out nothing, since another does, or since nobody has counted yet what runs on others. */
const isClosed = ({ isElsewhere, away }: PolicyState): boolean => isElsewhere || away >= uncounted;

/** How many jobs may be begun now where `running` are in hand. */
export function allowance(state: PolicyState | undefined, running: number, now: number): number {
  if (!state) return Number.POSITIVE_INFINITY;
  if (state.isPaused || isClosed(state)) return 0;
  const slots =
    state.concurrency === null ? Number.POSITIVE_INFINITY : state.concurrency - running - state.away;
  // Tokens are fractions; a hair below one is one.
  return Math.max(0, Math.min(slots, Math.floor(tokensAt(state, now) + 1e-6)));
}

/** From when on one more may be begun; `Infinity` as long as nobody resumes it or ends a job. */
export function gateOf(state: PolicyState | undefined, running: number, now: number): number {
  if (!state) return Number.NEGATIVE_INFINITY;
  if (state.isPaused || isClosed(state)) return Number.POSITIVE_INFINITY;
  if (state.concurrency !== null && running + state.away >= state.concurrency)
    return Number.POSITIVE_INFINITY;
  const missing = 1 - tokensAt(state, now);
  return state.rate && missing > 1e-6 ? Math.ceil(now + (missing * 1000) / state.rate.perSecond) : now;
}
