/** A small library as plain values, and the rules of access as simply as they can be said: what the store is compared with. */
import type { Change, Shards } from '#engines/shards/port';
import { type Actor, type Person, system } from '#kernel/actor';
import { type Id, type ObjectType, shardOf, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { type MappingName, mappings, type Store } from '#services/store/contract';

/** An edge of a mapping. */
export interface Edge {
  readonly mapping: MappingName;
  readonly from: Id;
  readonly to: Id;
  readonly sequence: number;
}

/** Numbers from which a world is made; they stand for the one of their kind at that place, counted around. */
export interface WorldPlan {
  readonly boards: readonly {
    owner: number;
    secret: boolean;
    roles: readonly ('editor' | 'viewer' | null)[];
  }[];
  readonly media: readonly { uploader: number | null; took: readonly number[] }[];
  readonly pins: readonly { board: number; media: number }[];
  readonly follows: readonly { follower: number; target: number }[];
}

/** The one at a place, counted around. */
export function pick<T>(list: readonly T[], at: number): T {
  return list[at % list.length] as T;
}

/** Objects and edges, changed as commits change them. */
export class World {
  readonly people: Person[] = [];
  objects = new Map<Id, JsonObject>();
  edges: Edge[] = [];

  ids(type?: ObjectType): Id[] {
    return [...this.objects.keys()].filter((id) => type === undefined || typeOf(id) === type);
  }

  /** Takes over what a commit does. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'put') this.objects.set(change.id, change.data);
      else if (change.kind === 'remove') this.objects.delete(change.id);
      else if (change.kind !== 'emit') this.#applyEdge(change);
    }
  }

  #applyEdge(change: Change & { kind: 'link' | 'unlink' }): void {
    const { from, to } = change;
    const mapping = change.mapping as MappingName;
    this.edges = this.edges.filter(
      (edge) => edge.mapping !== mapping || edge.from !== from || edge.to !== to,
    );
    if (change.kind === 'link') this.edges.push({ mapping, from, to, sequence: change.sequence });
  }

  role(actor: Actor, boardId: unknown): string {
    const board = this.objects.get(boardId as Id);
    if (board === undefined || typeOf(boardId as Id) !== 'board' || actor.kind !== 'person') return 'none';
    if (board['ownerId'] === actor.userId) return 'owner';
    return String((board['roles'] as JsonObject | undefined)?.[actor.userId] ?? 'none');
  }

  arranges(actor: Actor, boardId: unknown): boolean {
    return ['owner', 'editor'].includes(this.role(actor, boardId));
  }

  /** Whether an object is there for an actor. */
  sees(actor: Actor, id: Id): boolean {
    const data = this.objects.get(id);
    if (data === undefined) return false;
    if (typeOf(id) === 'user') return true;
    if (typeOf(id) === 'board') return data['secret'] === false || this.role(actor, id) !== 'none';
    if (typeOf(id) === 'pin') return this.sees(actor, data['boardId'] as Id);
    const self = actor.kind === 'person' ? actor.userId : undefined;
    if (typeOf(id) === 'session') return data['userId'] === self;
    return typeOf(id) === 'media' && (data['uploaderId'] === self || this.#isShown(actor, self, id));
  }

  #isShown(actor: Actor, self: Id | undefined, mediaId: Id): boolean {
    return this.edges.some(
      ({ mapping, from, to }) =>
        (mapping === 'user_took_media' && from === self && to === mediaId) ||
        (mapping === 'media_has_pin' && from === mediaId && this.sees(actor, to)),
    );
  }

  /** The edges that are there for an actor, newest first. */
  reads(actor: Actor, mapping: MappingName, from: Id): Edge[] {
    const all = this.edges.filter((edge) => edge.mapping === mapping && edge.from === from);
    const shown = all.filter((edge) => this.#readsEdge(actor, edge));
    return shown.sort((a, b) => b.sequence - a.sequence || (BigInt(a.to) < BigInt(b.to) ? 1 : -1));
  }

  #readsEdge(actor: Actor, { mapping, from, to }: Edge): boolean {
    const isSelf = actor.kind === 'person' && actor.userId === from;
    if (['user_has_media', 'user_took_media', 'user_has_session'].includes(mapping)) return isSelf;
    if (mapping === 'user_joins_board') return isSelf && this.sees(actor, to);
    if (mapping.startsWith('board_')) return this.sees(actor, from);
    return (isSelf && mapping !== 'user_follows_board') || this.sees(actor, to);
  }
}

/** Makes a world and puts it into the store, as the system. */
export async function makeWorld(store: Store, plan: WorldPlan): Promise<World> {
  const world = new World();
  const maker = new WorldMaker(store, world);
  for (const shard of [0, 1, 0]) await maker.person(shard);
  for (const board of plan.boards) await maker.board(board);
  for (const media of plan.media) await maker.media(media);
  for (const pin of plan.pins) await maker.pin(pin);
  for (const follow of plan.follows) await maker.follow(follow);
  return world;
}

class WorldMaker {
  readonly #store: Store;
  readonly #world: World;
  constructor(store: Store, world: World) {
    this.#store = store;
    this.#world = world;
  }

  async #id(shard: number, type: ObjectType): Promise<Id> {
    const [id] = await this.#store.allocate(system, shard, type, 1);
    return id as Id;
  }

  async #commit(shard: number, ...changes: Change[]): Promise<void> {
    await this.#store.commit(system, { shard, changes });
    this.#world.apply(changes);
  }

  #link(mapping: MappingName, from: Id, to: Id): Change {
    return { kind: 'link', mapping, from, to, sequence: this.#world.edges.length % 3 };
  }

  async person(shard: number): Promise<void> {
    const [userId, session] = [await this.#id(shard, 'user'), await this.#id(shard, 'session')];
    const user = { name: `p${userId}`, displayName: 'P', about: '', role: 'member', passwordHash: 'argon' };
    await this.#commit(
      shard,
      { kind: 'put', id: userId, data: user },
      { kind: 'put', id: session, data: { userId, hash: 'sha', label: 'Firefox', lastSeenAt: 1 } },
      this.#link('user_has_session', userId, session),
    );
    this.#world.people.push({ kind: 'person', userId, role: 'member' });
  }

  async board({ owner, secret, roles }: WorldPlan['boards'][number]): Promise<void> {
    const { people } = this.#world;
    const ownerId = pick(people, owner).userId;
    const shard = shardOf(ownerId);
    const id = await this.#id(shard, 'board');
    const members = people.flatMap(({ userId }, at) => {
      const role = roles[at];
      return role && userId !== ownerId ? [[userId, role] as const] : [];
    });
    const data = { ownerId, name: 'B', description: '', secret, roles: Object.fromEntries(members) };
    await this.#commit(shard, { kind: 'put', id, data }, this.#link('user_owns_board', ownerId, id));
    for (const [userId] of members)
      await this.#commit(shardOf(userId), this.#link('user_joins_board', userId, id));
  }

  async media({ uploader, took }: WorldPlan['media'][number]): Promise<void> {
    const { people } = this.#world;
    const id = await this.#id(2, 'media');
    const uploaderId = uploader === null ? null : pick(people, uploader).userId;
    await this.#commit(2, { kind: 'put', id, data: { uploaderId, state: 'ready' } });
    for (const { userId } of took.map((at) => pick(people, at)))
      await this.#commit(shardOf(userId), this.#link('user_took_media', userId, id));
  }

  async pin({ board, media }: WorldPlan['pins'][number]): Promise<void> {
    const [boardId, mediaId] = [pick(this.#world.ids('board'), board), pick(this.#world.ids('media'), media)];
    const ownerId = this.#world.objects.get(boardId)?.['ownerId'] as Id;
    const id = await this.#id(shardOf(boardId), 'pin');
    await this.#commit(shardOf(mediaId), this.#link('media_has_pin', mediaId, id));
    const data = { boardId, ownerId, mediaId, title: 'T', savedFrom: null, secret: false };
    await this.#commit(
      shardOf(id),
      { kind: 'put', id, data },
      this.#link('board_has_pin', boardId, id),
      this.#link('user_has_pin', ownerId, id),
      this.#link('user_has_media', ownerId, mediaId),
    );
  }

  /** Some boards are secret: as if they had become so since. */
  async follow({ follower, target }: WorldPlan['follows'][number]): Promise<void> {
    const from = pick(this.#world.people, follower).userId;
    const to = pick([...this.#world.ids('user'), ...this.#world.ids('board')], target);
    const isBoard = typeOf(to) === 'board';
    await this.#commit(
      shardOf(from),
      this.#link(isBoard ? 'user_follows_board' : 'user_follows_user', from, to),
    );
    await this.#commit(
      shardOf(to),
      this.#link(isBoard ? 'board_has_follower' : 'user_has_follower', to, from),
    );
  }
}

/** Everything that the shards hold of a world, and how far their outboxes are. */
export async function dumpOf(shards: Shards, world: World, ids: readonly Id[]): Promise<unknown> {
  const all = [...new Set([...world.ids(), ...ids])].filter((id) => shardOf(id) < shards.count);
  const objects = await shards.getMany(all);
  const names = Object.keys(mappings) as MappingName[];
  const edges = await shards.rangeMany(
    all.flatMap((from) =>
      names
        .filter((mapping) => mappings[mapping].from === typeOf(from))
        .map((mapping) => ({ mapping, from, limit: 99 })),
    ),
  );
  const outboxes: number[] = [];
  for (let shard = 0; shard < shards.count; shard += 1) {
    outboxes.push((await shards.readOutbox(shard, 0, 1_000_000)).length);
  }
  return { objects, edges: edges.flat(), outboxes };
}
