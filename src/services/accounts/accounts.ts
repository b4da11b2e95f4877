import { type Actor, type Person, requirePerson, system } from '#kernel/actor';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  UnauthenticatedError,
} from '#kernel/errors';
import { type Id, parseId, shardOf } from '#kernel/ids';
import { cleanLine, cleanText, requireLine } from '#kernel/plain-text';
import { check } from '#kernel/schema';
import type { Store } from '#services/store/contract';
import * as contract from './contract.ts';
import { nameKey, nameTaken, refuseReserved, requirePossibleName } from './names.ts';
import type { Ownership } from './ownership.ts';
import type { Passwords } from './passwords.ts';
import type { People, StoredPerson } from './people.ts';
import type { Sessions } from './sessions.ts';
import type { SignInLimits } from './sign-in-limits.ts';
import type { SignInLinks } from './sign-in-links.ts';

/** The parts that accounts are put together from. */
export interface AccountParts {
  readonly store: Store;
  readonly people: People;
  readonly ownership: Ownership;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly links: SignInLinks;
  readonly limits: SignInLimits;
}

function wrongPassword(): InvalidInputError {
  return new InvalidInputError('current', 'must be the password that is set now');
}

function requireSystem(actor: Actor): void {
  if (actor.kind !== 'system') throw new ForbiddenError();
}

/** The accounts service over one store. */
export class StoredAccounts implements contract.Accounts {
  readonly #parts: AccountParts;
  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  async signUp(input: contract.SignUp, device: contract.DeviceInfo): Promise<contract.Session> {
    const { name, password, displayName = '' } = check(contract.SignUpSchema, input);
    refuseReserved(name);
    const { people, passwords, ownership } = this.#parts;
    if (await people.findByName(name)) throw nameTaken();
    const passwordHash = await passwords.hash(password);
    const shown = cleanLine(displayName) || name;
    const id = await people.add({ name, displayName: shown, about: '', role: 'member', passwordHash });
    if (await ownership.claimFor(id)) await this.#noteOwner(id);
    return this.#begin(id, device);
  }

  #noteOwner(id: Id): Promise<contract.UserData> {
    return this.#parts.people.update(system, id, (data) => ({ ...data, role: 'owner' }));
  }

  async #begin(userId: Id, device: contract.DeviceInfo): Promise<contract.Session> {
    const { sessions, store } = this.#parts;
    const { token, sessionId, changes } = await sessions.prepare(userId, device);
    await store.commit(system, { shard: shardOf(userId), changes });
    return { token, sessionId, me: await this.#meOf(userId) };
  }

  async signIn(input: contract.SignIn, device: contract.DeviceInfo): Promise<contract.Session> {
    const { name, password } = check(contract.SignInSchema, input);
    const { limits, people, passwords, ownership } = this.#parts;
    const key = nameKey(name);
    await limits.signIn(key, device.address);
    const person = await people.findByName(name);
    const isRight = await passwords.verify(password, person?.data.passwordHash ?? null);
    if (person === undefined || !isRight) throw new UnauthenticatedError('the name or the password is wrong');
    await limits.succeeded(key, device.address);
    await ownership.claimFor(person.id);
    return this.#begin(person.id, device);
  }

  async createSignInToken(actor: Actor, userId: Id): Promise<string> {
    requireSystem(actor);
    await this.#parts.people.get(parseId(userId, 'userId', 'user'));
    return this.#parts.links.create(userId);
  }

  async signInWithToken(token: string, device: contract.DeviceInfo): Promise<contract.Session> {
    const { limits, links, sessions, store } = this.#parts;
    await limits.fromAddress(device.address);
    const { userId, use } = await links.read(token);
    const session = await sessions.prepare(userId, device);
    const changes = [use, ...session.changes];
    await links.used(store.commit(system, { shard: shardOf(userId), changes }));
    return { token: session.token, sessionId: session.sessionId, me: await this.#meOf(userId) };
  }

  authenticate(token: string): Promise<contract.Authenticated | undefined> {
    return this.#parts.sessions.authenticate(token);
  }

  async signOut(token: string): Promise<void> {
    const session = await this.authenticate(token);
    if (session) await this.#parts.sessions.end(session.actor, session.sessionId);
  }

  async devices(actor: Actor, current: Id): Promise<contract.Device[]> {
    return this.#parts.sessions.devices(requirePerson(actor), current);
  }

  async revoke(actor: Actor, sessionId: Id): Promise<void> {
    await this.#parts.sessions.end(requirePerson(actor), parseId(sessionId, 'id', 'session'));
  }

  async me(actor: Actor): Promise<contract.Me> {
    return this.#meOf(requirePerson(actor).userId);
  }

  async #meOf(id: Id): Promise<contract.Me> {
    const { name, displayName, about, passwordHash } = (await this.#parts.people.get(id)).data;
    const role = await this.#parts.ownership.roleOf(id);
    return { id, name, displayName, about, role, hasPassword: passwordHash !== null };
  }

  async updateProfile(actor: Actor, patch: contract.ProfilePatch): Promise<contract.Me> {
    const { userId } = requirePerson(actor);
    const { displayName, about } = check(contract.ProfilePatchSchema, patch);
    const changed = {
      ...(displayName !== undefined && { displayName: requireLine('displayName', displayName) }),
      ...(about !== undefined && { about: cleanText(about) }),
    };
    await this.#parts.people.update(actor, userId, (data) => ({ ...data, ...changed }));
    return this.#meOf(userId);
  }

  async changePassword(actor: Actor, change: contract.PasswordChange, keep: Id): Promise<void> {
    const person = requirePerson(actor);
    const { userId } = person;
    const { people, passwords, limits } = this.#parts;
    const { current = '', next } = check(contract.PasswordChangeSchema, change);
    await limits.passwordChange(userId);
    const old = (await people.get(userId)).data.passwordHash;
    if (old !== null && !(await passwords.verify(current, old))) throw wrongPassword();
    const passwordHash = await passwords.hash(next);
    await people.update(actor, userId, (data) => {
      if (data.passwordHash !== old) throw wrongPassword();
      return { ...data, passwordHash };
    });
    await this.#endOthers(person, keep);
  }

  async #endOthers(person: Person, keep: Id): Promise<void> {
    const { sessions, store } = this.#parts;
    const { userId } = person;
    const others = (await sessions.idsOf(person)).filter((id) => id !== keep);
    for (let at = 0; at < others.length; at += 200) {
      const some = others.slice(at, at + 200);
      await store.commit(person, { shard: shardOf(userId), changes: sessions.endings(userId, some) });
      sessions.forget(some);
    }
  }

  async cards(ids: readonly Id[]): Promise<Map<Id, contract.PersonCard>> {
    const people = await this.#parts.people.getMany(ids);
    return new Map(
      [...people].map(([id, { data }]) => [id, { id, name: data.name, displayName: data.displayName }]),
    );
  }

  async idByName(name: string): Promise<Id> {
    return (await this.#named(name)).id;
  }

  async #named(name: string): Promise<StoredPerson> {
    const person = await this.#parts.people.findByName(name);
    if (person === undefined) throw new NotFoundError('person');
    return person;
  }

  async profile(id: Id): Promise<Omit<contract.PersonView, 'counts' | 'followed' | 'mine'>> {
    const { data, createdAt } = await this.#parts.people.get(parseId(id, 'id', 'user'));
    return { id, name: data.name, displayName: data.displayName, about: data.about, createdAt };
  }

  async owner(): Promise<Person | undefined> {
    const userId = await this.#parts.ownership.owner();
    return userId && { kind: 'person', userId, role: 'owner' };
  }

  async ensureOwner(actor: Actor, name: string): Promise<{ person: Person; created: boolean }> {
    requireSystem(actor);
    const owner = await this.owner();
    return owner ? { person: owner, created: false } : this.#addOwner(name);
  }

  async #addOwner(name: string): Promise<{ person: Person; created: boolean }> {
    const added = await this.#addWithoutPassword(name);
    const id = added ?? (await this.idByName(name));
    const isOwner = await this.#parts.ownership.claimFor(id);
    if (isOwner) await this.#noteOwner(id);
    const person = await this.owner();
    if (person === undefined) throw new NotFoundError('person');
    return { person, created: isOwner && added !== undefined };
  }

  /** Undefined when the name is taken: by an account that is being made at this moment, or whose making was cut short. */
  async #addWithoutPassword(name: string): Promise<Id | undefined> {
    requirePossibleName(name);
    const data = { name, displayName: name, about: '', role: 'member', passwordHash: null } as const;
    try {
      return await this.#parts.people.add(data);
    } catch (error) {
      if (error instanceof ConflictError) return undefined;
      throw error;
    }
  }

  async actorByName(actor: Actor, name: string): Promise<Person> {
    requireSystem(actor);
    const { id } = await this.#named(name);
    return { kind: 'person', userId: id, role: await this.#parts.ownership.roleOf(id) };
  }
}
