import type { Change } from '#engines/shards/port';
import { system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { ConflictError, NotFoundError, UnauthenticatedError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import { dataOf, type Store } from '#services/store/contract';
import { isTokenOf, newToken, provesToken, readToken } from './tokens.ts';

interface LinkData {
  readonly userId: Id;
  readonly hash: string;
  readonly expiresAt: number;
}

const lifetime = 60 * 60_000;

function unusable(): UnauthenticatedError {
  return new UnauthenticatedError('this sign-in link was used already, or is older than an hour');
}

/** One-time sign-in links, stored on their person's shard. */
export class SignInLinks {
  readonly #store: Store;
  readonly #clock: Clock;
  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** A token that signs a person in once within an hour. */
  async create(userId: Id): Promise<string> {
    const shard = shardOf(userId);
    const [id] = await this.#store.allocate(system, shard, 'link', 1);
    if (id === undefined) throw new NotFoundError('sign-in link');
    const { token, hash } = newToken(id);
    const data = { userId, hash, expiresAt: this.#clock.now() + lifetime };
    await this.#store.commit(system, { shard, changes: [{ kind: 'put', id, data, expect: 0 }] });
    return token;
  }

  /** Who a token signs in, and the change that uses it up: of two commits with it one fails with `ConflictError`. */
  async read(token: string): Promise<{ userId: Id; use: Change }> {
    const presented = readToken(token);
    if (presented === undefined || !isTokenOf(presented, 'link')) throw unusable();
    const { id } = presented;
    const stored = (await this.#store.getMany(system, [id], { fresh: true })).get(id);
    if (stored === undefined) throw unusable();
    const { userId, hash, expiresAt } = dataOf<LinkData>(stored);
    if (!provesToken(presented, hash) || this.#clock.now() > expiresAt) throw unusable();
    return { userId, use: { kind: 'remove', id, expect: stored.version } };
  }

  /** Runs the commit that uses a link up; a lost race reads as a used link. */
  async used(commit: Promise<unknown>): Promise<void> {
    try {
      await commit;
    } catch (error) {
      throw error instanceof ConflictError ? unusable() : error;
    }
  }
}
