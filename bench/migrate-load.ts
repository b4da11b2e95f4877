/** People who read and save at a steady rate, whether or not the answers keep up. */
import type { Shards } from '#engines/shards/port';
import { system } from '#kernel/actor';
import { type Id, shardOf } from '#kernel/ids';
import { changeEvent, type Store } from '#services/store/contract';
import type { Owner, PinMaker } from './migrate-library.ts';
import { random } from './vectors.ts';

const readsPerSecond = 200;
const savesPerSecond = 20;
const pageSize = 25;
const trimEvery = 50;

/** A load that goes on until stopped. */
export class SteadyLoad {
  readonly #store: Store;
  readonly #shards: Shards;
  readonly #owners: readonly Owner[];
  readonly #maker: PinMaker;
  readonly #next = random(41);
  readonly #pending = new Set<Promise<void>>();
  #times: number[] = [];
  #isOver = false;
  #loop: Promise<void> | undefined;
  /** Requests that were refused. */
  failed = 0;
  /** Saves that were acknowledged. */
  readonly saved: Id[] = [];

  constructor(store: Store, shards: Shards, owners: readonly Owner[], maker: PinMaker) {
    this.#store = store;
    this.#shards = shards;
    this.#owners = owners;
    this.#maker = maker;
  }

  /** Begins. */
  start(): void {
    this.#loop = this.#run();
  }

  /** Milliseconds of each read since the last call. */
  take(): number[] {
    const times = this.#times;
    this.#times = [];
    return times;
  }

  /** Ends when the last answer is here. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#loop;
    await Promise.all(this.#pending);
  }

  async #run(): Promise<void> {
    const start = performance.now();
    for (let n = 0; !this.#isOver; n += 1) {
      const due = start + (n * 1000) / readsPerSecond;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      // A timer that is a little late is this loop's own fault.
      const begun = Math.abs(performance.now() - due) <= 2 ? performance.now() : due;
      this.#send(this.#read(begun));
      if (n % (readsPerSecond / savesPerSecond) === 0) this.#send(this.#save());
    }
  }

  #send(work: Promise<void>): void {
    const sent = work.catch((error: unknown) => {
      this.failed += 1;
      process.stderr.write(`failed: ${String(error)}\n`);
    });
    this.#pending.add(sent);
    void sent.then(() => this.#pending.delete(sent));
  }

  #anyone(): Owner {
    return this.#owners[Math.floor(this.#next() * this.#owners.length)] as Owner;
  }

  /** A page of a board, its pins read past the cache. */
  async #read(begun: number): Promise<void> {
    const { boards } = this.#anyone();
    const from = boards[Math.floor(this.#next() * boards.length)] as Id;
    const edges = await this.#store.range(system, { mapping: 'board_has_pin', from, limit: pageSize });
    const ids = edges.map(({ to }) => to);
    const pins = await this.#store.getMany(system, ids, { fresh: true });
    if (pins.size !== ids.length) throw new Error(`${ids.length - pins.size} pins are missing`);
    this.#times.push(performance.now() - begun);
  }

  async #save(): Promise<void> {
    const owner = this.#anyone();
    const { shard, userId } = owner;
    const [[pin], [media]] = await Promise.all([
      this.#store.allocate(system, shard, 'pin', 1),
      this.#store.allocate(system, shard, 'media', 1),
    ]);
    if (!pin || !media) throw new Error('no id');
    const at = Date.now();
    const event = {
      type: 'pin.created',
      id: pin,
      version: 1,
      at,
      actor: userId,
      body: {},
      before: null,
    } as const;
    await this.#store.commit(system, {
      shard,
      changes: [...this.#maker.save(owner, pin, media), changeEvent(event)],
    });
    this.saved.push(pin);
    if (this.saved.length % trimEvery === 0) await this.#trim(shard);
  }

  /** What the relay does. */
  async #trim(shard: number): Promise<void> {
    const last = (await this.#shards.readOutbox(shard, 0, 1000)).at(-1);
    if (last) await this.#shards.trimOutbox(shard, last.sequence);
  }

  /** How many acknowledged saves cannot be read any more. */
  async lost(): Promise<number> {
    let found = 0;
    for (const [, ids] of Map.groupBy(this.saved, shardOf))
      found += (await this.#store.getMany(system, ids, { fresh: true })).size;
    return this.saved.length - found;
  }
}
