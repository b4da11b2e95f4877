/** Days in the life of a site as a monitor sees them, the same ones for a seed: the shape of a day, chance, bursts, people who mistype. */
import { seeded } from './seeded.ts';

/** What happens in one second. */
export interface Second {
  readonly feedLoads: number;
  readonly others: number;
  readonly errors: number;
  readonly signInFailures: number;
}

/** One cause of more of something for a while: times, or so many a second. */
interface Burst {
  readonly from: number;
  readonly until: number;
  readonly size: number;
}

/** Seconds of a day. */
export const daySeconds = 86_400;

/** Requests a second at an average moment of an average day. */
const average = { feedLoads: 8, others: 6, errors: 0.015, signInFailures: 0.03 };

/** Random numbers of the shapes that life has. */
class Chance {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seeded(seed);
  }

  /** Box and Muller's. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Knuth's; for means of up to some hundred. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = -1;
    for (let product = 1; product > limit; count += 1) product *= this.next();
    return Math.max(0, count);
  }

  /** So many bursts in a day on average. */
  bursts(count: number, seconds: number, size: () => number): Burst[] {
    return Array.from({ length: this.poisson(count) }, () => {
      const from = this.next() * daySeconds;
      return { from, until: from + seconds * (0.5 + this.next()), size: size() };
    });
  }
}

/** Quiet in the night, busiest in the evening: 0.25 to 1.8. */
function shape(second: number): number {
  const turn = (2 * Math.PI * second) / daySeconds;
  return 1 - 0.62 * Math.cos(turn - 0.9) - 0.2 * Math.cos(2 * turn + 0.6);
}

/** What bursts make of each second, from `rest` where there is none. */
function bySecond(
  bursts: readonly Burst[],
  rest: number,
  join: (all: number, size: number) => number,
): Float32Array {
  const seconds = new Float32Array(daySeconds).fill(rest);
  for (const { from, until, size } of bursts) {
    for (let second = Math.ceil(from); second < Math.min(until, daySeconds); second += 1)
      seconds[second] = join(seconds[second] ?? rest, size);
  }
  return seconds;
}
const times = (bursts: readonly Burst[]) => bySecond(bursts, 1, (all, size) => all * size);
const plus = (bursts: readonly Burst[]) => bySecond(bursts, 0, (all, size) => all + size);

/** A day off: less than half as much goes on, and all of it later. */
const shapeOfDayOff = (second: number): number => 0.45 * shape(second - 5 * 3600);

/** Every second of one day. Days differ by an eighth or so, and within a day traffic wanders. */
export function* siteDay(seed: number, isOff = false): Generator<Second> {
  const chance = new Chance(seed);
  const level = Math.exp(0.12 * chance.normal());
  const busy = times(chance.bursts(12, 60, () => 1.2 + chance.next() * 0.4));
  const mistyping = plus(chance.bursts(6, 30, () => 0.13));
  const flaky = plus(chance.bursts(3, 20, () => 0.15));
  let wander = 0;
  for (let second = 0; second < daySeconds; second += 1) {
    if (second % 60 === 0) wander = 0.9 * wander + 0.03 * chance.normal();
    const traffic = level * (isOff ? shapeOfDayOff : shape)(second) * Math.exp(wander);
    const visits = traffic * (busy[second] ?? 1);
    yield {
      feedLoads: chance.poisson(average.feedLoads * visits),
      others: chance.poisson(average.others * visits),
      errors: chance.poisson(average.errors * traffic + (flaky[second] ?? 0)),
      signInFailures: chance.poisson(average.signInFailures * traffic + (mistyping[second] ?? 0)),
    };
  }
}

/** Durations of requests in milliseconds: most some ten, a few some hundred. */
export function durations(seed: number): () => number {
  const chance = new Chance(seed);
  return () => 12 * Math.exp(0.5 * chance.normal()) * (chance.next() < 0.004 ? 8 : 1);
}
