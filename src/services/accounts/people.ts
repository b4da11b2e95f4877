import type { StoredObject } from '#engines/shards/port';
import { type Actor, actorId, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { retryConflicts } from '#kernel/conflicts';
import { ConflictError, NotFoundError } from '#kernel/errors';
import { type Id, shardOf, typeOf } from '#kernel/ids';
import { changeEvent, dataOf, type Store } from '#services/store/contract';
import type { UserBody, UserData } from './contract.ts';
import { isPossibleName, nameKey, nameTaken } from './names.ts';

const space = 'user-name';

/** A person as stored. */
export interface StoredPerson {
  readonly id: Id;
  readonly data: UserData;
  readonly version: number;
  readonly createdAt: number;
}

function personOf(stored: StoredObject): StoredPerson {
  return { ...stored, data: dataOf<UserData>(stored) };
}

/** The claim of a person's name. */
export function nameClaim({ name }: UserData): { space: string; key: string } {
  return { space, key: nameKey(name) };
}

/** What events say of a person. */
export function bodyOf({ passwordHash: _secret, ...body }: UserData): UserBody {
  return body;
}

/** Stored people and the names they hold. Read as the system, whose alone their passwords' hashes are. */
export class People {
  readonly #store: Store;
  readonly #clock: Clock;
  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The person of an id, undefined when there is none. */
  async find(id: Id): Promise<StoredPerson | undefined> {
    const stored = (await this.#store.getMany(system, [id])).get(id);
    return stored && personOf(stored);
  }

  /** The person of an id; throws `NotFoundError`. */
  async get(id: Id): Promise<StoredPerson> {
    const person = await this.find(id);
    if (person === undefined) throw new NotFoundError('person');
    return person;
  }

  /** People by id; missing ones, and ids of other types, absent. */
  async getMany(ids: readonly Id[]): Promise<Map<Id, StoredPerson>> {
    const stored = await this.#store.getMany(
      system,
      ids.filter((id) => typeOf(id) === 'user'),
    );
    return new Map([...stored].map(([id, object]) => [id, personOf(object)]));
  }

  /** The person of a name. A claim whose account never came to be is nobody's. */
  async findByName(name: string): Promise<StoredPerson | undefined> {
    if (!isPossibleName(name)) return undefined;
    const key = nameKey(name);
    const id = (await this.#store.claimed(system, space, [key])).get(key);
    return id === undefined ? undefined : this.find(id);
  }

  /**
   * Stores a new person under their name. Throws `ConflictError` when it is taken.
   *
   * The name is claimed for an id first, then the object is written under the id that holds the claim, which
   * may be one that another sign-up left behind or is about to use: whoever writes that object first has the name.
   */
  async add(data: UserData): Promise<Id> {
    const [fresh] = await this.#store.allocate(system, this.#store.placeUser(), 'user', 1);
    if (fresh === undefined) throw new NotFoundError('person');
    const id = await this.#store.claim(system, space, nameKey(data.name), fresh);
    try {
      await this.#write(system, id, data, undefined);
    } catch (error) {
      throw error instanceof ConflictError ? nameTaken() : error;
    }
    return id;
  }

  /** Changes a person; `change` may be asked again when somebody else writes in between. */
  update(actor: Actor, id: Id, change: (data: UserData) => UserData | Promise<UserData>): Promise<UserData> {
    return retryConflicts(async () => {
      const stored = (await this.#store.getMany(system, [id], { fresh: true })).get(id);
      if (stored === undefined) throw new NotFoundError('person');
      const before = personOf(stored);
      const data = await change(before.data);
      await this.#write(actor, id, data, before);
      return data;
    });
  }

  async #write(actor: Actor, id: Id, data: UserData, before: StoredPerson | undefined): Promise<void> {
    const version = (before?.version ?? 0) + 1;
    const event = changeEvent({
      type: before ? 'user.updated' : 'user.created',
      id,
      version,
      at: this.#clock.now(),
      actor: actorId(actor),
      body: { ...bodyOf(data) },
      before: before ? { ...bodyOf(before.data) } : null,
    });
    await this.#store.commit(actor, {
      shard: shardOf(id),
      changes: [{ kind: 'put', id, data: { ...data }, expect: version - 1 }, event],
    });
  }
}
