/** How much there is at a time, and when it passes a limit. Growth is compound, by the month. */
import type { Limit, Load, PlanInput } from './contract.ts';

const secondsPerDay = 86_400;

/** The three limits, in the order that breaks ties. */
export const limits: readonly Limit[] = ['disk', 'writes', 'reads'];

/** How many times as much there is after some months, whole or not. */
export function growthAfter({ growth }: PlanInput, months: number): number {
  return (1 + growth / 100) ** months;
}

/** All that there is after some months: one copy of the store, rates of the busiest second. */
export function loadAfter(input: PlanInput, months: number): Load {
  const times = growthAfter(input, months);
  const people = input.people * times;
  const pins = input.pins * times;
  const perSecond = (people * input.peak) / secondsPerDay;
  return {
    people,
    pins,
    bytes: pins * input.bytesPerPin,
    writesPerSecond: perSecond * input.writesPerPerson,
    readsPerSecond: perSecond * input.readsPerPerson,
  };
}

/** The same divided by a number of shards. */
export function shareOf(load: Load, shards: number): Load {
  return {
    people: load.people / shards,
    pins: load.pins / shards,
    bytes: load.bytes / shards,
    writesPerSecond: load.writesPerSecond / shards,
    readsPerSecond: load.readsPerSecond / shards,
  };
}

/** What a server may carry, by limit. Every replica writes what its primary writes, and answers reads as it does. */
export function capacityOf(input: PlanInput): Readonly<Record<Limit, number>> {
  const usable = input.fill / 100;
  return {
    disk: input.diskBytes * usable,
    writes: input.writesPerSecond * usable,
    reads: input.readsPerSecond * usable * (1 + input.replicas),
  };
}

/** How much of each limit of one server the whole load is after some months: 2.5 means that it fills two and a half. */
export function demandAfter(input: PlanInput, months: number): Readonly<Record<Limit, number>> {
  const { bytes, writesPerSecond, readsPerSecond } = loadAfter(input, months);
  const capacity = capacityOf(input);
  return {
    disk: (bytes * input.skew) / capacity.disk,
    writes: (writesPerSecond * input.skew) / capacity.writes,
    reads: (readsPerSecond * input.skew) / capacity.reads,
  };
}

/** The limit that binds, and how much of it the whole load is. Which one it is never changes: all grow alike. */
export function binding(demand: Readonly<Record<Limit, number>>): { limit: Limit; demand: number } {
  const [first = 'disk'] = limits.toSorted((a, b) => demand[b] - demand[a]);
  return { limit: first, demand: demand[first] };
}

/** The months after which something that is `now` has grown to `limit`: 0 when it is there, Infinity when it never is. */
export function monthsUntil({ growth }: PlanInput, now: number, limit: number): number {
  if (now >= limit) return 0;
  if (now === 0 || growth === 0) return Number.POSITIVE_INFINITY;
  return Math.log(limit / now) / Math.log1p(growth / 100);
}
