/** Drives one migration: its lanes copy, follow, compare and move its shards, phase by phase. */
import type { ShardRouter } from '#engines/shards/routing';
import type { Clock } from '#kernel/clock';
import { ConflictError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import { Bell } from './bell.ts';
import { compareLanes } from './compare-lane.ts';
import type { Phase } from './contract.ts';
import { ControlLane } from './control-lane.ts';
import { copyLanes } from './copy-lane.ts';
import { FollowLane } from './follow-lane.ts';
import { type Lane, type LaneDeps, runLane } from './lane.ts';
import type { Ledger } from './ledger.ts';
import { LoopDelay } from './loop-delay.ts';
import { Mover } from './mover.ts';
import { type Pace, Pacer } from './pacer.ts';
import { isSettled, nextOf } from './plan.ts';
import { hasEnded } from './record.ts';
import { shadowOf } from './shadowing.ts';
import type { Baseline, Work } from './work.ts';

/** What a runner stands on. */
export interface RunnerDeps {
  readonly router: ShardRouter;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly baseline: Baseline;
  readonly pace: Pace | undefined;
}

const copiedAtOnce = 2;
const comparedAtOnce = 2;
const repairedAtOnce = 8;

/** One migration, under way from `start` to `stop`. */
export class Runner {
  readonly ledger: Ledger;
  readonly movers: readonly Mover[];
  /** Rings whenever something changed that people may want to know. */
  readonly changed = new Bell();
  readonly #deps: RunnerDeps;
  readonly #bell = new Bell();
  readonly #stopped = new AbortController();
  readonly #troubles = new Map<string, string>();
  readonly #delay = new LoopDelay();
  #isSound = false;
  #running: Promise<unknown> = Promise.resolve();
  #unwatch: (() => void)[] = [];

  constructor(deps: RunnerDeps) {
    this.ledger = deps.ledger;
    this.movers = deps.ledger.record.shards.map((shard) => new Mover(deps, shard));
    this.#deps = deps;
  }

  /** Whether there is nothing left to do until somebody says so. */
  get isSettled(): boolean {
    return isSettled(this.ledger.record, this.movers);
  }

  /** Whether nothing more happens in this process. */
  get isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** Makes sure that people can write to every shard that was changing engines when something broke off. */
  async repair(): Promise<void> {
    if (this.#isSound) return;
    const { phase } = this.ledger.record;
    const all = phase === 'cutover' || phase === 'rolling-back' ? [...this.movers] : [];
    while (all.length > 0) await Promise.all(all.splice(0, repairedAtOnce).map((mover) => mover.repair()));
    this.#isSound = true;
  }

  /** Begins, or goes on. */
  start(): void {
    const work = this.#work();
    const log = this.#deps.log.child({ migration: this.ledger.record.name });
    const trouble: LaneDeps['trouble'] = (lane, error) => this.#trouble(lane, error);
    const deps = { bell: this.#bell, signal: this.#stopped.signal, log, trouble };
    this.#watch(work);
    const lanes: Lane[] = [
      new ControlLane(work, this.#deps.baseline),
      new FollowLane(work),
      ...copyLanes(work, copiedAtOnce),
      ...compareLanes(work, comparedAtOnce),
    ];
    this.#running = Promise.all(lanes.map((lane) => runLane(deps, lane)));
  }

  /** Begins the next phase, or turns the dial. */
  async advance(percent: number | undefined): Promise<void> {
    const next = nextOf(this.ledger.record, this.movers, percent);
    this.ledger.record.percent = next.percent;
    await this.#enter(next.phase);
  }

  /** Takes everything back. */
  async rollback(): Promise<void> {
    const { record } = this.ledger;
    if (hasEnded(record) || record.phase === 'finishing')
      throw new ConflictError(`${record.name} is ${record.phase} and cannot be taken back`);
    record.percent = 0;
    await this.#enter('rolling-back');
  }

  /** Ends it. */
  async finish(drop: boolean): Promise<void> {
    const { record } = this.ledger;
    if (record.phase !== 'backup')
      throw new ConflictError(`${record.name} is in ${record.phase}; only what is in backup can be finished`);
    record.drop = drop;
    await this.#enter('finishing');
  }

  /** Finishes the steps in hand and keeps where they are. */
  async stop(): Promise<void> {
    this.#halt();
    await this.#running;
    if (this.ledger.isTouched || !hasEnded(this.ledger.record)) await this.ledger.save();
  }

  #work(): Work {
    const { router, clock, log, ledger } = this.#deps;
    const movers = new Map(this.movers.map((mover) => [mover.shard.shard, mover]));
    const pacer = new Pacer(this.#deps.pace);
    const enter = (phase: Phase) => this.#enter(phase);
    const repair = () => this.repair();
    return {
      router,
      clock,
      log,
      ledger,
      movers,
      pacer,
      enter,
      repair,
      signal: this.#stopped.signal,
      dirty: new Set(movers.keys()),
    };
  }

  /** Sees what people and this process do. */
  #watch({ router, ledger, movers, pacer, dirty }: Work): void {
    const read = (ms: number) => {
      ledger.read(ms);
      const waited = ms + this.#delay.ms;
      if (ledger.record.phase === 'shadow-read') pacer.readBefore(waited);
      else pacer.read(waited);
    };
    const wrote = (shard: number) => {
      if (movers.has(shard)) dirty.add(shard);
    };
    this.#delay.start();
    this.#unwatch = [
      () => this.#delay.stop(),
      router.watch({ read, wrote, failed: () => ledger.failed() }),
      router.shadow(shadowOf(ledger, movers)),
    ];
  }

  async #enter(phase: Phase): Promise<void> {
    const { record } = this.ledger;
    if (record.phase !== phase) record.phases.push({ phase, at: this.#deps.clock.now() });
    record.phase = phase;
    await this.ledger.save();
    this.#bell.ring();
    this.changed.ring();
    if (hasEnded(record)) this.#halt();
  }

  #halt(): void {
    this.#stopped.abort();
    this.#bell.ring();
    this.changed.ring();
    for (const stop of this.#unwatch.splice(0)) stop();
  }

  #trouble(lane: string, error: string | null): void {
    if (error === null) this.#troubles.delete(lane);
    else this.#troubles.set(lane, error);
    this.ledger.record.error = [...this.#troubles.values()][0] ?? null;
    this.changed.ring();
  }
}
