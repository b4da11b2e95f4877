/** Shards whose writes fail, hang and lose their answers when a test says so, over real ones. */
import type { Change, CommitResult, Shards } from '#engines/shards/port';
import { UnavailableError } from '#kernel/errors';
import type { Id, ObjectType } from '#kernel/ids';
import { shardOf } from '#kernel/ids';
import { overriding } from './overriding.ts';

/**
 * What a shard does with a write: refuses it; makes it and loses the answer; keeps it until the shard is healed, and then
 * makes or refuses it; makes it at once and answers only when healed. A `dark` shard refuses reads as well.
 */
export type Fault = 'refuse' | 'lose' | 'hang' | 'hang-refuse' | 'answer-late' | 'dark';

/** All faults. */
export const faults: readonly Fault[] = ['refuse', 'lose', 'hang', 'hang-refuse', 'answer-late', 'dark'];

function silent(shard: number): UnavailableError {
  return new UnavailableError(`shard ${shard} does not answer`);
}

/** Faults by shard. */
export class FaultyShards {
  /** The shards with their faults. */
  readonly shards: Shards;
  /** Writes that reached a shard while it had a fault. */
  hits = 0;
  readonly #faults = new Map<number, Fault>();
  readonly #healed = new Map<number, PromiseWithResolvers<void>>();

  constructor(real: Shards) {
    const read = <T>(ids: readonly Id[], work: () => Promise<T>) => this.#read(ids.map(shardOf), work);
    this.shards = overriding(real, {
      commit: (shard: number, changes: readonly Change[]): Promise<CommitResult> =>
        this.#write(shard, () => real.commit(shard, changes)),
      allocate: (shard: number, type: ObjectType, count: number): Promise<Id[]> =>
        this.#write(shard, () => real.allocate(shard, type, count)),
      getMany: (ids) => read(ids, () => real.getMany(ids)),
      range: (request) => read([request.from], () => real.range(request)),
      rangeMany: (requests) =>
        read(
          requests.map(({ from }) => from),
          () => real.rangeMany(requests),
        ),
      linked: (mapping, from, to) => read([from], () => real.linked(mapping, from, to)),
      countLinks: (mapping, from) => read(from, () => real.countLinks(mapping, from)),
    });
  }

  /** Gives a shard a fault, in place of the one that it has. */
  set(shard: number, fault: Fault): void {
    this.#faults.set(shard, fault);
    if (!this.#healed.has(shard)) this.#healed.set(shard, Promise.withResolvers());
  }

  /** Whether a shard has a fault. */
  has(shard: number): boolean {
    return this.#faults.has(shard);
  }

  /** Takes a shard's fault away; what hangs goes on. */
  heal(shard: number): void {
    this.#faults.delete(shard);
    this.#healed.get(shard)?.resolve();
    this.#healed.delete(shard);
  }

  /** Takes all faults away. */
  healAll(): void {
    for (const shard of [...this.#healed.keys()]) this.heal(shard);
  }

  async #read<T>(shards: readonly number[], work: () => Promise<T>): Promise<T> {
    const dark = shards.find((shard) => this.#faults.get(shard) === 'dark');
    if (dark !== undefined) throw silent(dark);
    return work();
  }

  async #write<T>(shard: number, work: () => Promise<T>): Promise<T> {
    const fault = this.#faults.get(shard);
    if (fault === undefined) return work();
    this.hits += 1;
    if (fault === 'refuse' || fault === 'dark') throw silent(shard);
    if (fault === 'lose') {
      await work();
      throw silent(shard);
    }
    return this.#hang(shard, fault, work);
  }

  async #hang<T>(shard: number, fault: Fault, work: () => Promise<T>): Promise<T> {
    const healed = this.#healed.get(shard)?.promise;
    if (fault === 'answer-late') {
      const answer = work();
      await Promise.all([answer, healed]);
      return answer;
    }
    await healed;
    if (fault === 'hang-refuse') throw silent(shard);
    return work();
  }
}
