/** Somebody who writes and looks at once whether it is there. */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { WriteRefusedError } from '#engines/shards/port';
import { system } from '#kernel/actor';
import { UnavailableError } from '#kernel/errors';
import { encodeId, type Id, objectTypes, shardOf } from '#kernel/ids';
import type { Store } from '#services/store/contract';

const objects = 4;

/** One person, whose things are on one shard. Every write puts the next number into one of them and tells an event of it. */
export class WritingPerson {
  readonly shard: number;
  readonly ids: readonly Id[];
  /** The last number of each object that was acknowledged, and the times of all that were. */
  readonly acknowledged = new Map<Id, number>();
  readonly told: string[] = [];
  /** Writes that were refused, and those without an answer, as what they would tell. */
  readonly refused: string[] = [];
  readonly unknown: string[] = [];
  reads = 0;
  readonly #store: Store;
  #isOver = false;
  readonly #failed = Promise.withResolvers<never>();
  #running: Promise<void> | undefined;

  constructor(store: Store, shard: number, number: number) {
    this.#store = store;
    this.shard = shard;
    this.ids = Array.from({ length: objects }, (_, i) =>
      encodeId({ shard, type: objectTypes.section, local: 2 ** 34 + number * objects + i }),
    );
  }

  /** Begins to write and read. */
  start(): void {
    this.#running = this.#run();
    this.#running.catch(this.#failed.reject);
    this.#failed.promise.catch(() => undefined);
  }

  /** Rejects when something goes wrong. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Ends; rejects with what went wrong. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let n = 1; !this.#isOver; n += 1) {
      const id = this.ids[n % objects] as Id;
      await this.#write(id, n);
      for (const one of this.ids) await this.#read(one);
      await turn();
    }
  }

  async #write(id: Id, n: number): Promise<void> {
    const event = `${id} ${n}`;
    const changes = [
      { kind: 'put', id, data: { n } },
      { kind: 'emit', event: { told: event } },
    ] as const;
    try {
      await this.#store.commit(system, { shard: this.shard, changes });
      this.acknowledged.set(id, n);
      this.told.push(event);
    } catch (error) {
      assert.ok(error instanceof UnavailableError, String(error));
      (error instanceof WriteRefusedError ? this.refused : this.unknown).push(event);
    }
  }

  /** What was acknowledged is there, or something newer that got no answer. */
  async #read(id: Id): Promise<void> {
    const found = (await this.#store.getMany(system, [id])).get(id);
    const last = this.acknowledged.get(id) ?? 0;
    const n = Number(found?.data['n'] ?? 0);
    assert.ok(n === last || (n > last && this.unknown.includes(`${id} ${n}`)), `${id}: ${n} for ${last}`);
    this.reads += 1;
  }
}

/** Every event in a shard's outbox is told once, everything acknowledged is told, and nothing that was refused. */
export function assertTold(people: readonly WritingPerson[], events: readonly string[], shard: number): void {
  const there = new Set(events);
  assert.equal(there.size, events.length, 'an event is there twice');
  for (const person of people.filter((one) => one.shard === shard)) {
    assert.deepEqual(
      person.told.filter((event) => !there.has(event)),
      [],
    );
    assert.deepEqual(
      person.refused.filter((event) => there.has(event)),
      [],
    );
    for (const id of person.ids) assert.equal(shardOf(id), shard);
  }
}
