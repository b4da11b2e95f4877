import { type Person, system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Store } from '#services/store/contract';

const space = 'installation';
const key = 'owner';

/** The claim of the owner. */
export const ownerClaim = { space, key };

/** Whose installation this is: a claim that the first account takes, and that nobody takes again. */
export class Ownership {
  readonly #store: Store;
  #owner: Id | undefined;
  constructor(store: Store) {
    this.#store = store;
  }

  /** The owner, undefined before the first account. Remembered once known. */
  async owner(): Promise<Id | undefined> {
    this.#owner ??= (await this.#store.claimed(system, space, [key])).get(key);
    return this.#owner;
  }

  /**
   * Makes a person the owner if there is none; answers whether they are. Only for accounts that are stored already:
   * then the claim never points to nobody, and a crash in between leaves it for the next who signs in.
   */
  async claimFor(userId: Id): Promise<boolean> {
    if ((await this.owner()) === undefined) this.#owner = await this.#store.claim(system, space, key, userId);
    return this.#owner === userId;
  }

  /** A person's role. */
  async roleOf(userId: Id): Promise<Person['role']> {
    return (await this.owner()) === userId ? 'owner' : 'member';
  }
}
