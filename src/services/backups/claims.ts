/**
 * Names after a restore. A name's claim lives on the shard that its hash picks, what holds it on another, and the log
 * knows nothing of claims: so every object that holds names is asked, and what is missing is claimed again.
 */

import type { Shards, StoredObject } from '#engines/shards/port';
import { PinakesError } from '#kernel/errors';
import { decodeId, type Id, type ObjectType, typeOf } from '#kernel/ids';
import type { BackupOptions, ObjectKnowledge } from './contract.ts';

/** A name and who holds it. */
interface Claim {
  readonly space: string;
  readonly key: string;
  readonly id: Id;
}

const batch = 500;

/** Claims what objects hold. */
export class ClaimMender {
  readonly #shards: Shards;
  readonly #knowledge: ObjectKnowledge;
  readonly problems: string[] = [];

  constructor(shards: Shards, knowledge: ObjectKnowledge) {
    this.#shards = shards;
    this.#knowledge = knowledge;
  }

  /** Walks all objects of some types; a shard that cannot be read is told of and passed over. */
  async mend(types: readonly ObjectType[], { onProgress, signal }: BackupOptions): Promise<void> {
    const { count } = this.#shards;
    for (let shard = 0; shard < count; shard += 1) {
      signal?.throwIfAborted();
      onProgress?.('Looking at names', shard, count);
      try {
        for (const type of types) await this.#mendShard(shard, type);
      } catch (error) {
        if (!(error instanceof PinakesError)) throw error;
        this.problems.push(`names held on shard ${shard} were not looked at: ${error.message}`);
      }
    }
    onProgress?.('Looking at names', count, count);
  }

  async #mendShard(shard: number, type: ObjectType): Promise<void> {
    let objects: StoredObject[];
    let last = 0;
    do {
      objects = await this.#shards.scan(shard, type, last, batch);
      const claims = objects.flatMap((object) => this.#claimsOf(object));
      for (const [space, some] of Map.groupBy(claims, (claim) => claim.space)) await this.#claim(space, some);
      last = objects.length > 0 ? decodeId(objects.at(-1)?.id ?? ('' as Id)).local : last;
    } while (objects.length === batch);
  }

  #claimsOf({ id, data }: StoredObject): Claim[] {
    const type = typeOf(id);
    return type ? this.#knowledge.claims(type, data).map((claim) => ({ ...claim, id })) : [];
  }

  async #claim(space: string, claims: readonly Claim[]): Promise<void> {
    const owners = await this.#shards.claimed(
      space,
      claims.map(({ key }) => key),
    );
    for (const claim of claims) {
      const owner = owners.get(claim.key) ?? (await this.#shards.claim(space, claim.key, claim.id));
      if (owner !== claim.id) await this.#contest(claim, owner);
    }
  }

  /** A claim of another: it goes when that one is not there or goes by another name. */
  async #contest({ space, key, id }: Claim, owner: Id): Promise<void> {
    const stored = (await this.#shards.getMany([owner])).get(owner);
    const holds = stored && this.#claimsOf(stored).some((one) => one.space === space && one.key === key);
    if (holds) {
      this.problems.push(`${typeOf(id)} ${id} is without its ${space} "${key}", which is ${owner}'s by now`);
      return;
    }
    await this.#shards.release(space, key, owner);
    await this.#shards.claim(space, key, id);
  }
}
