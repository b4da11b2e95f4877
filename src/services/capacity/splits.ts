/**
 * When servers must be split.
 *
 * All shards carry alike, so when a server is full depends on how many it has. The one that is full
 * first gives the upper half of them to a new server; both go on, and are looked at again. A server
 * with a single shard cannot be split: then the shard itself is too large.
 */
import type { Limit, PlanInput, Split } from './contract.ts';
import { binding, demandAfter, monthsUntil } from './load.ts';
import { type Server, sizeOf, splitOff } from './ranges.ts';

/** A split without its date. */
export type PlannedSplit = Omit<Split, 'at'>;

/** The horizon's splits in order of time, and when a single shard becomes too large. */
export interface Splits {
  readonly splits: readonly PlannedSplit[];
  readonly outgrown: { readonly month: number; readonly limit: Limit } | null;
}

/** Floating-point arithmetic may put a load a hair above a limit that it equals. */
const hair = 1e-9;

/** How many shards a server can carry when all `shards` together are `demand` servers' worth. */
export function shardsPerServer(shards: number, demand: number): number {
  return demand === 0 ? shards : Math.min(shards, Math.floor((shards / demand) * (1 + hair)));
}

/** Names that no server has yet: `server-2` and on. */
function* freshNames(taken: readonly Server[]): Generator<string, never> {
  const names = new Set(taken.map(({ name }) => name));
  for (let n = taken.length + 1; ; n += 1) if (!names.has(`server-${n}`)) yield `server-${n}`;
}

class Splitting {
  readonly splits: PlannedSplit[] = [];
  outgrown: Splits['outgrown'] = null;
  readonly #input: PlanInput;
  readonly #limit: Limit;
  readonly #demand: number;
  readonly #names: Generator<string, never>;
  /** By the month in which they are full; few months, since there are few sizes. */
  readonly #waiting = new Map<number, Server[]>();

  constructor(input: PlanInput, start: readonly Server[]) {
    const { limit, demand } = binding(demandAfter(input, 0));
    this.#input = input;
    this.#limit = limit;
    this.#demand = demand;
    this.#names = freshNames(start);
    for (const server of start) this.#wait(server);
  }

  #wait(server: Server): void {
    const carried = (this.#demand * sizeOf(server.ranges)) / this.#input.shards;
    const month = monthsUntil(this.#input, carried, 1 + hair);
    if (month > this.#input.months) return;
    const others = this.#waiting.get(month);
    if (others) others.push(server);
    else this.#waiting.set(month, [server]);
  }

  run(): void {
    while (this.#waiting.size > 0) {
      const month = Math.min(...this.#waiting.keys());
      const full = this.#waiting.get(month) ?? [];
      this.#waiting.delete(month);
      for (const server of full) this.#split(server, month);
    }
  }

  #split({ name, ranges }: Server, month: number): void {
    const limit = this.#limit;
    const size = sizeOf(ranges);
    if (size < 2) {
      this.outgrown ??= { month, limit };
      return;
    }
    const { kept, taken } = splitOff(ranges, Math.floor(size / 2));
    const to = this.#names.next().value;
    this.splits.push({ month, server: name, limit, to, moved: taken });
    this.#wait({ name, ranges: kept });
    this.#wait({ name: to, ranges: taken });
  }
}

/** All splits up to the horizon, from the servers that there are. */
export function splitsOf(input: PlanInput, start: readonly Server[]): Splits {
  const splitting = new Splitting(input, start);
  splitting.run();
  return splitting;
}
