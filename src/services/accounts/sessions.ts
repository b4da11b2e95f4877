import type { Change } from '#engines/shards/port';
import { type Person, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { late, within } from '#kernel/deadline';
import { ConflictError, NotFoundError, UnavailableError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import type { Log } from '#kernel/log';
import { recent } from '#kernel/lru';
import { dataOf, type Store } from '#services/store/contract';
import type { Authenticated, Device, DeviceInfo } from './contract.ts';
import { deviceLabel } from './device-label.ts';
import { isTokenOf, newToken, provesToken, readToken } from './tokens.ts';

/** What is stored of a session, on its person's shard. `hash` is the SHA-256 of the token's secret. */
interface SessionData {
  readonly userId: Id;
  readonly hash: string;
  readonly label: string;
  readonly lastSeenAt: number;
}

interface KnownSession {
  readonly hash: string;
  readonly authenticated: Authenticated;
  /** When it was last read from its shard, and when it was last tried to. */
  readonly checkedAt: number;
  triedAt: number;
  lastSeenAt: number;
}

/** What sessions stand on. `roleOf` answers the role of a person that exists. */
export interface SessionsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly roleOf: (userId: Id) => Promise<Person['role']>;
}

const minute = 60_000;
const lifetime = 90 * 24 * 60 * minute;
const seenEvery = 5 * minute;
/** For how long a revocation by another process may go unnoticed here. */
const recheckAfter = 5_000;
/** For how long a known session holds while its shard does not answer, and how long a request waits to learn that. */
const uncheckedFor = 15 * minute;
const recheckMs = 10;
const mostDevices = 1000;

/** Sessions of signed-in devices. They end 90 days after they were last used. */
export class Sessions {
  readonly #deps: SessionsDeps;
  readonly #known = recent<Id, KnownSession>(20_000);
  /** Goes up with every removal, so that a read that began before it is not remembered. */
  #removals = 0;
  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /** A new session with the changes that store it, for a commit on the person's shard. */
  async prepare(
    userId: Id,
    device: DeviceInfo,
  ): Promise<{ token: string; sessionId: Id; changes: Change[] }> {
    const { store, clock } = this.#deps;
    const [sessionId] = await store.allocate(system, shardOf(userId), 'session', 1);
    if (sessionId === undefined) throw new NotFoundError('session');
    const { token, hash } = newToken(sessionId);
    const now = clock.now();
    const data = { userId, hash, label: deviceLabel(device.userAgent), lastSeenAt: now };
    const link = { mapping: 'user_has_session', from: userId, to: sessionId, sequence: now };
    return {
      token,
      sessionId,
      changes: [
        { kind: 'put', id: sessionId, data, expect: 0 },
        { kind: 'link', ...link },
      ],
    };
  }

  /** Who a token belongs to. Cost for a known one: one SHA-256. */
  async authenticate(token: string): Promise<Authenticated | undefined> {
    const presented = readToken(token);
    if (presented === undefined) return undefined;
    const now = this.#deps.clock.now();
    const known = this.#known.get(presented.id);
    const isRecent = known !== undefined && now - known.triedAt < recheckAfter;
    if (!isRecent && !isTokenOf(presented, 'session')) return undefined;
    const session = isRecent ? known : await this.#check(presented.id, known, now);
    if (session === undefined || !provesToken(presented, session.hash)) return undefined;
    if (now - session.lastSeenAt > seenEvery) this.#touch(session, now);
    return session.authenticated;
  }

  /** A session as its shard has it; the known one for some time while that does not answer, for then nobody can end it either. */
  async #check(id: Id, known: KnownSession | undefined, now: number): Promise<KnownSession | undefined> {
    if (known === undefined || now - known.checkedAt > uncheckedFor) return this.#read(id, now);
    known.triedAt = now;
    const read = await within(recheckMs, this.#read(id, now)).catch((error: unknown): typeof late => {
      if (error instanceof UnavailableError) return late;
      throw error;
    });
    return read === late ? known : read;
  }

  async #read(id: Id, now: number): Promise<KnownSession | undefined> {
    const removals = this.#removals;
    const stored = (await this.#deps.store.getMany(system, [id], { fresh: true })).get(id);
    if (stored === undefined) {
      this.#known.delete(id);
      return undefined;
    }
    const { userId, hash, lastSeenAt } = dataOf<SessionData>(stored);
    if (now - lastSeenAt > lifetime) return undefined;
    const actor: Person = { kind: 'person', userId, role: await this.#deps.roleOf(userId) };
    const session = {
      hash,
      authenticated: { actor, sessionId: id },
      checkedAt: now,
      triedAt: now,
      lastSeenAt,
    };
    if (removals === this.#removals) this.#known.set(id, session);
    return session;
  }

  #touch(session: KnownSession, now: number): void {
    session.lastSeenAt = now;
    this.#writeLastSeen(session.authenticated.sessionId, now).catch((error: unknown) => {
      if (error instanceof ConflictError) return;
      this.#deps.log.warn({ err: error }, 'could not note when a session was last seen');
    });
  }

  async #writeLastSeen(id: Id, now: number): Promise<void> {
    const stored = (await this.#deps.store.getMany(system, [id], { fresh: true })).get(id);
    if (stored === undefined) return;
    const data = { ...stored.data, lastSeenAt: now };
    const shard = shardOf(id);
    await this.#deps.store.commit(system, {
      shard,
      changes: [{ kind: 'put', id, data, expect: stored.version }],
    });
  }

  /** A person's devices, the one seen last first. */
  async devices(person: Person, current: Id): Promise<Device[]> {
    const now = this.#deps.clock.now();
    const sessions = await this.#deps.store.getMany(person, await this.idsOf(person), { fresh: true });
    const devices = [...sessions.values()].map((stored) => {
      const { label, lastSeenAt } = dataOf<SessionData>(stored);
      return {
        id: stored.id,
        label,
        createdAt: stored.createdAt,
        lastSeenAt,
        current: stored.id === current,
      };
    });
    return devices
      .filter(({ lastSeenAt }) => now - lastSeenAt <= lifetime)
      .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt);
  }

  /** Ids of a person's sessions, latest first. */
  async idsOf(person: Person): Promise<Id[]> {
    const range = { mapping: 'user_has_session', from: person.userId, limit: mostDevices } as const;
    return (await this.#deps.store.range(person, range)).map(({ to }) => to);
  }

  /** The changes that end sessions, for a commit on their person's shard, which `forget` must follow. */
  endings(userId: Id, ids: readonly Id[]): Change[] {
    return ids.flatMap((id): Change[] => [
      { kind: 'remove', id },
      { kind: 'unlink', mapping: 'user_has_session', from: userId, to: id },
    ]);
  }

  /** Ends one of a person's sessions, at once. Throws `NotFoundError` when it is not theirs. */
  async end(person: Person, id: Id): Promise<void> {
    const { store } = this.#deps;
    if (!(await store.getMany(person, [id], { fresh: true })).has(id)) throw new NotFoundError('device');
    const { userId } = person;
    await store.commit(person, { shard: shardOf(userId), changes: this.endings(userId, [id]) });
    this.forget([id]);
  }

  /** Drops sessions from memory after they were ended. */
  forget(ids: readonly Id[]): void {
    this.#removals += 1;
    for (const id of ids) this.#known.delete(id);
  }
}
