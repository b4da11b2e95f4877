/**
 * People at work on shards, and a model of what they did: whatever happens underneath, every answer
 * must fit the model. Each worker has objects of its own, so that the model knows every version.
 */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Change, CommitResult, OutboxEntry, Shards } from '#engines/shards/port';
import { ConflictError, UnavailableError } from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';

const mapping = 'board_has_pin';

/** Repeatable random numbers (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Known {
  version: number;
  text: string;
}

/** One worker on one shard. */
class Worker {
  readonly shard: number;
  readonly board: Id;
  readonly objects = new Map<Id, Known>();
  readonly edges = new Map<Id, number>();
  readonly names = new Map<string, Id>();
  readonly events: string[] = [];
  readonly given = new Set<Id>();
  readonly #load: ShardLoad;
  readonly #n: number;
  #serial = 0;

  constructor(load: ShardLoad, shard: number, n: number) {
    this.#load = load;
    this.shard = shard;
    this.#n = n;
    this.board = encodeId({ shard, type: objectTypes.board, local: 1_000_000 + n });
  }

  #random(below: number): number {
    return Math.floor(this.#load.random() * below);
  }

  #some<T>(things: Iterable<T>): T | undefined {
    const all = [...things];
    return all[this.#random(all.length)];
  }

  /** One thing that a person does. */
  async step(): Promise<void> {
    const steps = [
      () => this.#make(),
      () => this.#change(),
      () => this.#change(),
      () => this.#remove(),
      () => this.#link(),
      () => this.#unlink(),
      () => this.#claim(),
      () => this.#release(),
      () => this.#refused(),
      () => this.#look(),
      () => this.#look(),
    ];
    await steps[this.#random(steps.length)]?.();
  }

  /** Commits changes with an event, and takes note of the event when they are made. */
  async #commit(changes: readonly Change[]): Promise<CommitResult> {
    const text = `${this.shard}.${this.#n}.${this.#serial++}`;
    const all: Change[] = [...changes, { kind: 'emit', event: { text } }];
    const versions = await this.#load.shards.commit(this.shard, all);
    this.events.push(text);
    return versions;
  }

  async #make(): Promise<void> {
    const ids = await this.#load.shards.allocate(this.shard, 'pin', 1 + this.#random(3));
    for (const id of ids) {
      assert.ok(!this.#load.given.has(id), `${id} was given out twice`);
      this.#load.given.add(id);
    }
    const text = `made ${this.#serial} ${'ü“\\'.repeat(this.#random(20))}`;
    const puts = ids.map((id): Change => ({ kind: 'put', id, data: { text }, expect: 0 }));
    const versions = await this.#commit(puts);
    for (const id of ids) {
      assert.equal(versions.get(id), 1);
      this.objects.set(id, { version: 1, text });
    }
  }

  async #change(): Promise<void> {
    const id = this.#some(this.objects.keys());
    const known = id && this.objects.get(id);
    if (!known) return;
    const text = `changed ${this.#serial}`;
    const change: Change = { kind: 'put', id, data: { text }, expect: known.version };
    const versions = await this.#commit([change]);
    assert.equal(versions.get(id), known.version + 1);
    this.objects.set(id, { version: known.version + 1, text });
    const found = (await this.#load.shards.getMany([id])).get(id);
    assert.deepEqual(
      [found?.version, found?.data],
      [known.version + 1, { text }],
      'one reads what one wrote',
    );
  }

  async #remove(): Promise<void> {
    const id = this.#random(3) === 0 ? this.#some(this.objects.keys()) : undefined;
    if (!id) return;
    const expect = this.objects.get(id)?.version;
    await this.#commit([{ kind: 'remove', id, expect }]);
    this.objects.delete(id);
  }

  async #link(): Promise<void> {
    const to = this.#some(this.objects.keys());
    if (!to) return;
    const sequence = this.#random(1000);
    await this.#load.shards.commit(this.shard, [{ kind: 'link', mapping, from: this.board, to, sequence }]);
    this.edges.set(to, sequence);
  }

  async #unlink(): Promise<void> {
    const to = this.#some(this.edges.keys());
    if (!to) return;
    await this.#load.shards.commit(this.shard, [{ kind: 'unlink', mapping, from: this.board, to }]);
    this.edges.delete(to);
  }

  async #claim(): Promise<void> {
    const name = `${this.shard}-${this.#n}-${this.#random(30)}`;
    const owner = this.names.get(name) ?? this.board;
    assert.equal(await this.#load.shards.claim('name', name, this.board), owner);
    this.names.set(name, owner);
  }

  async #release(): Promise<void> {
    const name = this.#some(this.names.keys());
    if (name === undefined) return;
    await this.#load.shards.release('name', name, this.board);
    this.names.delete(name);
  }

  /** What must be refused, and leave nothing behind. */
  async #refused(): Promise<void> {
    const id = this.#some(this.objects.keys());
    const version = id && this.objects.get(id)?.version;
    if (!id || version === undefined) return;
    const changes: Change[] = [
      { kind: 'emit', event: { text: 'never' } },
      { kind: 'put', id, data: { text: 'never' }, expect: version + 1 },
    ];
    const refusal = await this.#load.shards.commit(this.shard, changes).catch((error: unknown) => error);
    if (refusal instanceof UnavailableError) throw refusal;
    assert.ok(refusal instanceof ConflictError);
  }

  async #look(): Promise<void> {
    const id = this.#some(this.objects.keys()) ?? this.board;
    const [objects, [edges = []], names] = await Promise.all([
      this.#load.shards.getMany([id]),
      this.#load.shards.rangeMany([{ mapping, from: this.board, limit: 1000 }]),
      this.#load.shards.claimed('name', [...this.names.keys()]),
    ]);
    assert.equal(objects.get(id)?.version, this.objects.get(id)?.version);
    assert.deepEqual(new Map(edges.map(({ to, sequence }) => [to, sequence])), this.edges);
    assert.deepEqual(names, this.names);
  }

  /** Everything of this worker, as the shards have it. */
  async check(): Promise<void> {
    const found = await this.#load.shards.getMany([...this.objects.keys()]);
    const seen = [...found].map(([id, { version, data }]) => [id, { version, text: data['text'] }] as const);
    assert.deepEqual(new Map(seen), this.objects);
    await this.#look();
  }
}

/** Load on a number of shards. */
export class ShardLoad {
  shards: Shards;
  readonly random: () => number;
  readonly given = new Set<Id>();
  readonly #workers: Worker[];
  readonly #events = new Map<number, OutboxEntry[]>();
  readonly #through = new Map<number, number>();
  #running: Promise<unknown> | undefined;
  #isStopping = false;
  /** Things done. */
  steps = 0;
  /** Whether a worker may find that nothing answers any more; then it goes home. */
  mayDie = false;

  /** `workersPerShard` work side by side on each of the shards. */
  constructor(shards: Shards, seed: number, on: readonly number[], workersPerShard = 2) {
    this.shards = shards;
    this.random = randomFrom(seed);
    this.#workers = on.flatMap((shard) =>
      Array.from({ length: workersPerShard }, (_, n) => new Worker(this, shard, n)),
    );
  }

  /** So many things, side by side. */
  async work(rounds: number): Promise<void> {
    await Promise.all(
      this.#workers.map(async (worker) => {
        for (let n = 0; n < rounds; n += 1) {
          await worker.step();
          this.steps += 1;
        }
      }),
    );
  }

  /** Goes on until stopped. */
  start(): void {
    this.#isStopping = false;
    const loop = async (work: () => Promise<void>) => {
      while (!this.#isStopping) {
        await work();
        await nextTurn();
      }
    };
    const workers = this.#workers.map((worker) =>
      loop(async () => {
        await worker.step();
        this.steps += 1;
      }),
    );
    const all = [...workers, loop(() => this.#relay())];
    this.#running = Promise.all(all.map((one) => one.catch((error) => this.#failed(error))));
    // Told by `stop`.
    this.#running.catch(() => undefined);
  }

  #failed(error: unknown): void {
    if (!this.mayDie || !(error instanceof UnavailableError)) throw error;
  }

  /** Waits until so many more things were done; rejects when something went wrong. */
  async more(steps: number): Promise<void> {
    const until = this.steps + steps;
    const wait = async () => {
      while (this.steps < until) await nextTurn();
    };
    await Promise.race([wait(), this.#running?.then(() => wait())]);
  }

  /** Finishes what is in hand. Rejects with the first thing that went wrong. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  /** Reads outboxes as the relay does, trimming behind. */
  async #relay(): Promise<void> {
    for (const shard of new Set(this.#workers.map((worker) => worker.shard))) {
      const after = this.#through.get(shard) ?? 0;
      const entries = await this.shards.readOutbox(shard, after, 50);
      const last = entries.at(-1)?.sequence;
      if (last === undefined) continue;
      this.#events.set(shard, [...(this.#events.get(shard) ?? []), ...entries]);
      this.#through.set(shard, last);
      if (this.random() < 0.3) await this.shards.trimOutbox(shard, last);
    }
  }

  /** Compares everything with the model: objects, edges, claims, and that each event came once and in order. */
  async check(): Promise<void> {
    for (const worker of this.#workers) await worker.check();
    for (const shard of new Set(this.#workers.map((worker) => worker.shard))) {
      let before: number | undefined;
      do {
        before = this.#through.get(shard);
        await this.#relay();
      } while (before !== this.#through.get(shard));
      const entries = this.#events.get(shard) ?? [];
      assert.ok(entries.every(({ sequence }, i) => sequence > (entries[i - 1]?.sequence ?? 0)));
      const texts = entries.map(({ event }) => String(event['text']));
      for (const [n, worker] of this.#workers.filter((one) => one.shard === shard).entries()) {
        assert.deepEqual(
          texts.filter((text) => text.startsWith(`${shard}.${n}.`)),
          worker.events,
        );
      }
      assert.equal(
        texts.length,
        this.#workers.filter((one) => one.shard === shard).flatMap((one) => one.events).length,
      );
    }
  }
}
