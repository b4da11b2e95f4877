import { check } from '#kernel/schema';
import {
  type Capacity,
  type Live,
  PlanInputSchema,
  type Planned,
  type PlanRequest,
  PlanRequestSchema,
} from './contract.ts';
import { completeInput } from './input.ts';
import { LiveCounts, type LiveDeps } from './live.ts';
import { planOf } from './plan.ts';
import { readRates, shippedRates } from './rates.ts';

/** What the capacity service stands on. */
export interface CapacityDeps extends LiveDeps {
  /** Where measured rates are kept. */
  readonly ratesFile: string;
}

/** Capacity of the shards of one installation. */
export class ShardCapacity implements Capacity {
  readonly #deps: CapacityDeps;
  readonly #counts: LiveCounts;

  constructor(deps: CapacityDeps) {
    this.#deps = deps;
    this.#counts = new LiveCounts(deps);
  }

  live(): Promise<Live> {
    return this.#counts.get();
  }

  async plan(request: PlanRequest): Promise<Planned> {
    const asked = check(PlanRequestSchema, request);
    const [live, measured] = await Promise.all([this.live(), readRates(this.#deps.ratesFile)]);
    const { input, sources } = completeInput(asked, { live, measured, shipped: shippedRates });
    // Pins that follow from people and pins a person have not been looked at yet.
    check(PlanInputSchema, input);
    const isAsItIs = input.shards === live.count;
    const plan = planOf(input, this.#deps.clock.now(), isAsItIs ? live.ranges : undefined);
    return { input, sources, rates: measured ?? shippedRates, plan };
  }
}
