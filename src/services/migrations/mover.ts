/** One shard on its way: what can be done to it, one thing at a time. */
import type { ShardRouter } from '#engines/shards/routing';
import { backendOf } from '#engines/shards/topology-ranges';
import type { RowKey, TransferTable } from '#engines/shards/transfer';
import type { Clock } from '#kernel/clock';
import { Serial } from '#kernel/serial';
import { turnMs } from '#kernel/turns';
import { beginCopy, eraseLeft } from './adopting.ts';
import { comparedTables, compareRange, differencesAmong, heal } from './comparing.ts';
import { copyPage, copySequences, PageSize } from './copying.ts';
import { follow, forgetJournal } from './following.ts';
import type { Ledger } from './ledger.ts';
import type { Pair } from './pair.ts';
import type { ShardRecord } from './record.ts';
import { switchTo, takeBack } from './switching.ts';

/** What a mover stands on. */
export interface MoverDeps {
  readonly router: ShardRouter;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

const comparedRows = 128;

/** Moves one shard. Its methods wait for each other. */
export class Mover {
  readonly shard: ShardRecord;
  readonly #deps: MoverDeps;
  readonly #turn = new Serial();
  readonly #size = new PageSize();

  constructor(deps: MoverDeps, shard: ShardRecord) {
    this.#deps = deps;
    this.shard = shard;
  }

  /** Whether the shard lives in the target. */
  get hasMoved(): boolean {
    const { router, ledger } = this.#deps;
    return backendOf(router.topology, this.shard.shard) === ledger.record.to;
  }

  /** Copies a bit, the start included; answers whether everything is copied. */
  copy(): Promise<boolean> {
    return this.#turn.run(async () => {
      const { shard } = this;
      if (shard.stage === 'following') return true;
      if (shard.stage === 'waiting') await this.#begin();
      const pair = await this.#pair();
      const isDone = await this.#pages(pair);
      await this.#follow(pair);
      if (isDone) shard.stage = 'following';
      return isDone;
    });
  }

  /** Copies pages for a moment; most tables of most shards are small. Answers whether everything is copied. */
  async #pages(pair: Pair): Promise<boolean> {
    const { shard } = this;
    const until = performance.now() + turnMs;
    do {
      const page = await copyPage(pair, shard.cursor, this.#size.rows);
      this.#size.learn(page);
      this.#deps.ledger.copied(shard, page);
      shard.cursor = page.next;
    } while (shard.cursor !== null && performance.now() < until);
    return shard.cursor === null;
  }

  /** Brings what was written since to the copy. */
  follow(): Promise<void> {
    return this.#turn.run(async () => {
      if (this.shard.stage !== 'waiting') await this.#follow(await this.#pair());
    });
  }

  /** The tables that a comparison goes through. */
  async tables(): Promise<TransferTable[]> {
    return comparedTables(await this.#pair());
  }

  /** Compares a bit of a table behind `after` and heals what differs; answers how many did, and where to go on. */
  compare(
    table: TransferTable,
    after: RowKey | undefined,
  ): Promise<{ found: number; next: RowKey | undefined }> {
    return this.#turn.run(async () => {
      const pair = await this.#pair();
      const { suspects, next } = await compareRange(pair, table, after, comparedRows);
      if (suspects.length === 0) return { found: 0, next };
      const hold = () => this.#deps.router.pauseWriters(this.shard.shard);
      const unlike = await differencesAmong(pair, table, suspects, hold);
      const at = this.#deps.clock.now();
      for (const { key, what } of unlike)
        this.#deps.ledger.differs(this.shard, { shard: this.shard.shard, table, key: [...key], what, at });
      if (unlike.length > 0) await heal(pair, table, unlike);
      this.#deps.ledger.record.healed += unlike.length;
      return { found: unlike.length, next };
    });
  }

  /** Makes the shard live in the target, or where it came from. */
  switch(toTarget: boolean): Promise<void> {
    return this.#turn.run(async () => {
      if (this.hasMoved === toTarget) return;
      const name = this.#nameOf(toTarget);
      this.#deps.ledger.switched(await switchTo(this.#deps.router, await this.#pair(), name));
    });
  }

  /**
   * Makes sure, after something broke off, that the side that the map names takes writes and notes them. A journal that was
   * off may have missed some: then everything is copied anew.
   */
  repair(): Promise<void> {
    return this.#turn.run(async () => {
      if (this.shard.stage === 'waiting') return;
      const pair = await this.#pair();
      const { seal, journal } = await pair.truth.state(pair.shard);
      if (seal !== null || !journal) await takeBack(pair);
      if (!journal) this.shard.stage = 'waiting';
    });
  }

  /** Ends the following: the journal of the truth is turned off when the copy has all that is in it. */
  release(): Promise<void> {
    return this.#turn.run(async () => {
      const pair = await this.#pair();
      if (this.shard.stage === 'waiting') return;
      await pair.truth.setState(pair.shard, { seal: null, journal: false });
      await follow(pair, Number.POSITIVE_INFINITY);
      await copySequences(pair);
      this.#forget();
    });
  }

  /** The same when nobody needs the copy any more, which need not answer. */
  abandon(): Promise<void> {
    return this.#turn.run(async () => {
      const { router } = this.#deps;
      const truth = await router.engine(this.#nameOf(this.hasMoved));
      const { shard } = this.shard;
      const { seal, journal } = await truth.state(shard);
      if (seal !== null || journal) await truth.setState(shard, { seal: null, journal: false });
      await forgetJournal(truth, shard);
      this.#forget();
    });
  }

  /** Erases the copy, unless its engine is off the map, as it is when all copies there have been erased. */
  erase(): Promise<void> {
    return this.#turn.run(async () => {
      const { router } = this.#deps;
      const name = this.#nameOf(!this.hasMoved);
      const { shard } = this.shard;
      if (!Object.hasOwn(router.topology.backends, name)) return;
      const { seal } = await (await router.engine(name)).state(shard);
      // A shard that was never begun may have anybody's data there.
      if (seal === 'moved') await eraseLeft(router, shard, name);
    });
  }

  #forget(): void {
    Object.assign(this.shard, { stage: 'waiting', cursor: null });
  }

  async #begin(): Promise<void> {
    const { router } = this.#deps;
    await beginCopy(router, await this.#pair(), this.#nameOf(!this.hasMoved));
    Object.assign(this.shard, {
      stage: 'copying',
      cursor: null,
      rows: 0,
      bytes: 0,
      copiedObjects: 0,
      clean: false,
    });
  }

  async #follow(pair: Pair): Promise<void> {
    const { rows } = await follow(pair);
    if (rows > 0) this.#deps.ledger.followed(rows);
  }

  #nameOf(target: boolean): string {
    return target ? this.#deps.ledger.record.to : this.shard.from;
  }

  async #pair(): Promise<Pair> {
    const { router } = this.#deps;
    const sides = [this.#nameOf(this.hasMoved), this.#nameOf(!this.hasMoved)] as const;
    const [truth, copy] = await Promise.all(sides.map((name) => router.engine(name)));
    return { shard: this.shard.shard, truth, copy } as Pair;
  }
}
