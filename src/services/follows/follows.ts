import type { Counters } from '#engines/counters/port';
import type { MappingEntry } from '#engines/shards/port';
import { type Actor, type Person, requirePerson, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { ConflictError, InvalidInputError, NotFoundError } from '#kernel/errors';
import { type Id, parseId, shardOf, typeOf } from '#kernel/ids';
import type { BoardData } from '#services/boards/contract';
import {
  changeEvent,
  dataOf,
  type MappingName,
  mayFollowBoard,
  ownsBoard,
  type Store,
} from '#services/store/contract';
import { type FollowBody, type Follows, followersCounter } from './contract.ts';
import { Turns } from './turns.ts';

/** What follows stand on. */
export interface FollowsDeps {
  readonly store: Store;
  readonly counters: Counters;
  readonly clock: Clock;
}

type Forward = 'user_follows_user' | 'user_follows_board';

/** The mapping from a follower to a target of this kind. */
function forwardTo(target: Id): Forward {
  return typeOf(target) === 'board' ? 'user_follows_board' : 'user_follows_user';
}

/** The mapping from a target back to its followers, on the target's shard. */
export function backFrom(target: Id): MappingName {
  return forwardTo(target) === 'user_follows_board' ? 'board_has_follower' : 'user_has_follower';
}

function requireTarget(target: Id): Id {
  const id = parseId(target, 'target');
  const type = typeOf(id);
  if (type === 'user' || type === 'board') return id;
  throw new InvalidInputError('target', 'must be the id of a person or a board');
}

/** Follows over one store. The truth is on the follower's shard; see `FollowersConsumer` for the other side. */
export class StoredFollows implements Follows {
  readonly #deps: FollowsDeps;
  /** One person's changes happen one after the other, so that two ends of one follow count once. */
  readonly #turns = new Turns<Id>();
  constructor(deps: FollowsDeps) {
    this.#deps = deps;
  }

  async follow(actor: Actor, target: Id): Promise<void> {
    const person = requirePerson(actor);
    const { userId } = person;
    await this.#requireFollowable(person, requireTarget(target));
    await this.#turns.run(userId, () => this.#begin(actor, userId, target));
  }

  async #requireFollowable(person: Person, target: Id): Promise<void> {
    const isBoard = typeOf(target) === 'board';
    if (target === person.userId) throw new InvalidInputError('target', 'must be somebody else');
    const stored = (await this.#deps.store.getMany(person, [target])).get(target);
    if (stored === undefined) throw new NotFoundError(isBoard ? 'board' : 'person');
    if (!isBoard) return;
    const board = dataOf<BoardData>(stored);
    if (ownsBoard(person, board)) throw new InvalidInputError('target', "must be somebody else's board");
    if (!mayFollowBoard(person, board)) throw new NotFoundError('board');
  }

  async #begin(actor: Actor, userId: Id, target: Id): Promise<void> {
    const { store, clock } = this.#deps;
    const mapping = forwardTo(target);
    if ((await store.linked(system, mapping, userId, [target])).has(target)) return;
    const sequence = clock.now();
    const link = { kind: 'link', mapping, from: userId, to: target, sequence, unique: true } as const;
    const event = this.#event('follow.created', userId, target, sequence);
    try {
      await store.commit(actor, { shard: shardOf(userId), changes: [link, event] });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  #event(type: 'follow.created' | 'follow.removed', follower: Id, target: Id, at: number) {
    const body: FollowBody = { target };
    return changeEvent({
      type,
      id: follower,
      version: at,
      at,
      actor: follower,
      body: { ...body },
      before: null,
    });
  }

  async unfollow(actor: Actor, target: Id): Promise<void> {
    const { userId } = requirePerson(actor);
    requireTarget(target);
    await this.#turns.run(userId, () => this.#end(actor, userId, target));
  }

  async #end(actor: Actor, userId: Id, target: Id): Promise<void> {
    const { store, clock } = this.#deps;
    const mapping = forwardTo(target);
    if (!(await store.linked(system, mapping, userId, [target])).has(target)) return;
    const unlink = { kind: 'unlink', mapping, from: userId, to: target } as const;
    const event = this.#event('follow.removed', userId, target, clock.now());
    await store.commit(actor, { shard: shardOf(userId), changes: [unlink, event] });
  }

  async followed(viewer: Actor, targets: readonly Id[]): Promise<Set<Id>> {
    if (viewer.kind !== 'person' || targets.length === 0) return new Set();
    const byMapping = Map.groupBy(targets, forwardTo);
    const found = await Promise.all(
      [...byMapping].map(([mapping, ids]) => this.#deps.store.linked(viewer, mapping, viewer.userId, ids)),
    );
    return new Set(found.flatMap((ids) => [...ids]));
  }

  async following(userId: Id, limit: number): Promise<Id[]> {
    const [people = [], boards = []] = await this.#deps.store.rangeMany(system, [
      { mapping: 'user_follows_user', from: userId, limit },
      { mapping: 'user_follows_board', from: userId, limit },
    ]);
    const latest = [...people, ...boards].sort((a, b) => b.sequence - a.sequence);
    return latest.slice(0, limit).map(({ to }) => to);
  }

  async followers(target: Id, limit: number, after?: Pick<MappingEntry, 'sequence' | 'to'>) {
    const range = { mapping: backFrom(target), from: target, limit, after };
    const edges = await this.#deps.store.range(system, range);
    const last = edges.length < limit ? undefined : edges.at(-1);
    return { ids: edges.map(({ to }) => to), next: last ? { sequence: last.sequence, to: last.to } : null };
  }

  async forgetTarget(target: Id): Promise<void> {
    requireTarget(target);
    let after: Pick<MappingEntry, 'sequence' | 'to'> | null = null;
    do {
      const page = await this.followers(target, 200, after ?? undefined);
      await Promise.all(page.ids.map((id) => this.#turns.run(id, () => this.#end(system, id, target))));
      after = page.next;
    } while (after !== null);
  }

  async counts(ids: readonly Id[]): Promise<Map<Id, { followers: number; following: number }>> {
    const people = ids.filter((id) => forwardTo(id) === 'user_follows_user');
    const { store, counters } = this.#deps;
    const [followers, followedPeople, followedBoards] = await Promise.all([
      counters.getMany(ids.map(followersCounter)),
      store.countLinks(system, 'user_follows_user', people),
      store.countLinks(system, 'user_follows_board', people),
    ]);
    const following = (id: Id) => (followedPeople.get(id) ?? 0) + (followedBoards.get(id) ?? 0);
    const countOf = (id: Id) => ({
      followers: followers.get(followersCounter(id)) ?? 0,
      following: following(id),
    });
    return new Map(ids.map((id) => [id, countOf(id)]));
  }
}
