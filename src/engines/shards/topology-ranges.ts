/** The rules of the map of shards, reading it and changing it. A map is never changed in place. */
import { InvalidInputError } from '#kernel/errors';
import { check } from '#kernel/schema';
import { type ShardRange, type Topology, TopologySchema } from './topology.ts';

const byFirst = (a: ShardRange, b: ShardRange): number => a.from - b.from;

/** Throws `InvalidInputError` naming the first shard that is in no range or in two. */
function requireCoverage(ranges: readonly ShardRange[], count: number): void {
  let next = 0;
  for (const { from, through } of ranges) {
    if (from > next) throw new InvalidInputError('ranges', `must cover shard ${next}`);
    if (from < next) throw new InvalidInputError('ranges', `must not cover shard ${from} twice`);
    if (through < from) throw new InvalidInputError('ranges', `must not end before they begin (${from})`);
    next = through + 1;
  }
  if (next < count) throw new InvalidInputError('ranges', `must cover shard ${next}`);
  if (next > count) throw new InvalidInputError('ranges', `must end at shard ${count - 1}`);
}

/** Neighbours of one engine become one range. */
function merged(ranges: readonly ShardRange[]): ShardRange[] {
  const whole: ShardRange[] = [];
  for (const range of ranges) {
    const last = whole.at(-1);
    if (last?.backend === range.backend && last.through + 1 === range.from)
      whole[whole.length - 1] = { ...last, through: range.through };
    else whole.push(range);
  }
  return whole;
}

/** An engine under two names would be opened twice, and a shard in it moved from itself to itself. */
function requireDistinct(backends: Topology['backends']): void {
  const [all, seen] = [Object.entries(backends), new Set<string>()];
  for (const [name, spec] of all) {
    const key = JSON.stringify(Object.entries(spec).sort());
    if (seen.has(key)) throw new InvalidInputError('backends', `must differ: ${name} is told twice`);
    seen.add(key);
  }
}

/** A map that came from outside, its ranges sorted and merged. Throws `InvalidInputError` when it breaks a rule. */
export function requireTopology(value: unknown): Topology {
  const topology = check(TopologySchema, value, 'shards');
  requireDistinct(topology.backends);
  const ranges = topology.ranges.toSorted(byFirst);
  requireCoverage(ranges, topology.count);
  if (topology.claimCount > topology.count)
    throw new InvalidInputError('claimCount', `must be at most count, ${topology.count}`);
  const stray = ranges.find(({ backend }) => !Object.hasOwn(topology.backends, backend));
  if (stray) throw new InvalidInputError('ranges', `must name backends that are told: not ${stray.backend}`);
  return { ...topology, ranges: merged(ranges) };
}

/** The name of the engine that a shard lives in. Throws `InvalidInputError` for a shard that there is not. Cost: a binary search. */
export function backendOf({ ranges, count }: Topology, shard: number): string {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (!range || !Number.isInteger(shard)) break;
    if (shard < range.from) high = middle - 1;
    else if (shard > range.through) low = middle + 1;
    else return range.backend;
  }
  throw new InvalidInputError('shard', `must be a whole number from 0 to ${count - 1}`);
}

/** What is left of a range when shards `from` to `through` are taken out of it. */
function without(range: ShardRange, from: number, through: number): ShardRange[] {
  const parts = [
    { ...range, through: Math.min(range.through, from - 1) },
    { ...range, from: Math.max(range.from, through + 1) },
  ];
  return parts.filter((part) => part.from <= part.through);
}

/**
 * The map with shards `from` to `through` in another of its engines. Throws `InvalidInputError` for shards or an engine
 * that it does not have.
 */
export function moveRange(topology: Topology, from: number, through: number, backend: string): Topology {
  if (!Object.hasOwn(topology.backends, backend))
    throw new InvalidInputError('backend', `must be one of: ${Object.keys(topology.backends).join(', ')}`);
  for (const shard of [from, through]) backendOf(topology, shard);
  if (through < from) throw new InvalidInputError('through', 'must not be below from');
  const rest = topology.ranges.flatMap((range) => without(range, from, through));
  return { ...topology, ranges: merged([...rest, { from, through, backend }].toSorted(byFirst)) };
}

/** How many shards live in each engine, those with none included. */
export function shardsPerBackend({ backends, ranges }: Topology): Map<string, number> {
  const counts = new Map(Object.keys(backends).map((name) => [name, 0]));
  for (const { from, through, backend } of ranges)
    counts.set(backend, (counts.get(backend) ?? 0) + through - from + 1);
  return counts;
}
