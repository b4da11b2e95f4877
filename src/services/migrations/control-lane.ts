import { UnavailableError } from '#kernel/errors';
import type { Phase } from './contract.ts';
import type { Lane } from './lane.ts';
import type { Mover } from './mover.ts';
import { misplaced, missing } from './plan.ts';
import { hasEnded } from './record.ts';
import { dropUnused } from './targets.ts';
import type { Baseline, Work } from './work.ts';

/** Shards that change engines, or are let go of, side by side. */
const sideBySide = 4;
const saveEveryMs = 1000;

/** Runs work for several shards at once; rejects with the first failure when all have ended. */
async function forAll(movers: readonly Mover[], work: (mover: Mover) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(movers.map(work));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Takes a migration from phase to phase, moves shards as the dial says, and keeps the record. */
export class ControlLane implements Lane {
  readonly name = 'control';
  readonly idleMs = 50;
  readonly #work: Work;
  readonly #baseline: Baseline;
  readonly #released = new Set<Mover>();
  readonly #doubtful = new Set<Mover>();
  #savedAt = 0;

  constructor(work: Work, baseline: Baseline) {
    this.#work = work;
    this.#baseline = baseline;
  }

  async turn(): Promise<boolean> {
    const { ledger, clock } = this.#work;
    await this.#mend();
    const isBusy = await this.#phase();
    if (ledger.isTouched && clock.now() - this.#savedAt >= saveEveryMs) {
      this.#savedAt = clock.now();
      await ledger.save();
    }
    return isBusy && !hasEnded(ledger.record);
  }

  async #phase(): Promise<boolean> {
    const { record } = this.#work.ledger;
    if (record.phase === 'cutover') return this.#cutover();
    if (record.phase === 'rolling-back') return this.#rollBack();
    if (record.phase === 'finishing') return this.#finish();
    const next = record.auto ? this.#automatic() : undefined;
    if (next === undefined) return false;
    if (next === 'cutover') record.percent = 100;
    await this.#work.enter(next);
    return true;
  }

  /** The phase that a migration by itself goes on with now. */
  #automatic(): Phase | undefined {
    const { record } = this.#work.ledger;
    if (record.phase === 'shadow-read') return this.#knowsReads() ? 'dual-write' : undefined;
    if (missing(record, this.#all()) !== undefined) return undefined;
    if (record.phase === 'dual-write') return 'validate';
    return record.phase === 'validate' ? 'cutover' : undefined;
  }

  #knowsReads(): boolean {
    const { ledger, clock } = this.#work;
    const begun = ledger.record.phases.at(-1)?.at ?? 0;
    return ledger.durations.before.count >= this.#baseline.reads || clock.now() - begun >= this.#baseline.ms;
  }

  async #cutover(): Promise<boolean> {
    const { ledger, enter } = this.#work;
    const some = misplaced(ledger.record, this.#all()).slice(0, sideBySide);
    await forAll(some, (mover) => this.#switch(mover, !mover.hasMoved));
    if (some.length === 0 && ledger.record.percent === 100) await enter('backup');
    return some.length > 0;
  }

  async #rollBack(): Promise<boolean> {
    const some = misplaced(this.#work.ledger.record, this.#all()).slice(0, sideBySide);
    await forAll(some, (mover) => this.#switch(mover, false));
    if (some.length > 0) return true;
    return this.#letGo('rolled-back', (mover) => this.#undo(mover));
  }

  /** An engine that does not answer must not keep shards from being taken back: what is left there can be written over. */
  async #undo(mover: Mover): Promise<void> {
    await mover.abandon();
    await mover.erase().catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error;
      this.#work.log.warn(
        { err: error, shard: mover.shard.shard },
        'a copy that was taken back is left behind',
      );
    });
  }

  async #finish(): Promise<boolean> {
    const { drop } = this.#work.ledger.record;
    return this.#letGo('finished', async (mover) => {
      await (drop ? mover.abandon() : mover.release());
      if (drop) await mover.erase();
    });
  }

  async #switch(mover: Mover, toTarget: boolean): Promise<void> {
    this.#doubtful.add(mover);
    await mover.switch(toTarget);
    this.#doubtful.delete(mover);
  }

  /** A shard whose change of engines failed may be sealed where it lives: that comes before everything else. */
  async #mend(): Promise<void> {
    await this.#work.repair();
    await forAll([...this.#doubtful], async (mover) => {
      await mover.repair();
      this.#doubtful.delete(mover);
    });
  }

  async #letGo(end: Phase, work: (mover: Mover) => Promise<void>): Promise<boolean> {
    const { router, ledger, enter } = this.#work;
    const some = this.#all().filter((mover) => !this.#released.has(mover));
    // Reads that began before shards changed engines may still be under way on the side that is erased.
    await router.readsEnded();
    await forAll(some.slice(0, sideBySide), async (mover) => {
      await work(mover);
      this.#released.add(mover);
    });
    if (some.length > sideBySide) return true;
    // Whoever goes on from here after a crash must not look for engines that are gone.
    await ledger.save();
    await this.#forgetEngines(end);
    ledger.record.error = null;
    await enter(end);
    return true;
  }

  /** Takes off the map what this migration put there in vain, or emptied. */
  async #forgetEngines(end: Phase): Promise<void> {
    const { router, ledger } = this.#work;
    const { added, drop, to, shards } = ledger.record;
    if (end === 'rolled-back' && added) await dropUnused(router, [to]);
    if (end === 'finished' && drop)
      await dropUnused(
        router,
        shards.map(({ from }) => from),
      );
  }

  #all(): Mover[] {
    return [...this.#work.movers.values()];
  }
}
