/** Commits that people try, each with what the rules say of it in the simplest words. */
import type { Change } from '#engines/shards/port';
import { type Person, system } from '#kernel/actor';
import { encodeId, type Id, type ObjectType, objectTypes, shardOf, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { changeEvent, type MappingName, mappings, type Store } from '#services/store/contract';
import { pick, type World } from './access-world.ts';

/** A commit by a person, and whether it may be made. */
export interface Attempt {
  readonly actor: Person;
  readonly shard: number;
  readonly changes: readonly Change[];
  readonly isAllowed: boolean;
}

/** Numbers that choose who tries what: `a`, `b` and `c` pick objects, counted around. */
export interface Choice {
  readonly kind: keyof typeof attempts;
  readonly actor: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** An id that nobody was given. */
  readonly forged: Id;
}

/** What an attempt is made from. */
class Trial {
  readonly store: Store;
  readonly world: World;
  readonly choice: Choice;
  readonly actor: Person;
  constructor(store: Store, world: World, choice: Choice) {
    this.store = store;
    this.world = world;
    this.choice = choice;
    this.actor = pick(world.people, choice.actor);
  }

  /** An id of the type as a rule, else one of another type or one that is forged. */
  id(type: ObjectType, at: number): Id {
    const right = this.world.ids(type);
    if (at % 5 !== 0 && right.length > 0) return pick(right, Math.floor(at / 5));
    return pick([...this.world.ids(), this.choice.forged, unborn(type, at % 4)], Math.floor(at / 5));
  }

  data(id: Id, type: ObjectType): JsonObject | undefined {
    return typeOf(id) === type ? this.world.objects.get(id) : undefined;
  }

  async version(id: Id): Promise<number> {
    return (await this.store.getMany(system, [id], { fresh: true })).get(id)?.version ?? 1;
  }

  async fresh(shard: number, type: ObjectType): Promise<Id> {
    const [id] = await this.store.allocate(system, shard, type, 1);
    return id as Id;
  }

  try(shard: number, isAllowed: boolean, ...changes: Change[]): Attempt {
    return { actor: this.actor, shard: shard % this.store.shardCount, changes, isAllowed };
  }
}

/** An id of a type, never given out. */
function unborn(type: ObjectType, shard: number): Id {
  return encodeId({ shard, type: objectTypes[type], local: 2 ** 36 - 7 });
}

function edges(kind: 'link' | 'unlink', { boardId, ownerId, mediaId }: JsonObject, pin: Id): Change[] {
  const ends: [MappingName, unknown, unknown][] = [
    ['board_has_pin', boardId, pin],
    ['user_has_pin', ownerId, pin],
    ['user_has_media', ownerId, mediaId],
  ];
  return ends.map(([mapping, from, to]) => {
    const edge = { mapping, from: from as Id, to: to as Id };
    return kind === 'link' ? { kind, ...edge, sequence: 5 } : { kind, ...edge };
  });
}

async function addPin(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const [boardId, mediaId] = [trial.id('board', choice.a), trial.id('media', choice.b)];
  const board = trial.data(boardId, 'board');
  const ownerId =
    choice.c % 4 === 0 ? trial.id('user', choice.c) : ((board?.['ownerId'] as Id) ?? actor.userId);
  const shard = choice.c % 5 === 0 ? choice.c : shardOf(ownerId);
  const id = await trial.fresh(shard % trial.store.shardCount, 'pin');
  const data = { boardId, ownerId, mediaId, title: 'New', savedFrom: null, secret: false };
  const isRight = world.arranges(actor, boardId) && board?.['ownerId'] === ownerId;
  const isHere = typeOf(mediaId) === 'media' && shard % trial.store.shardCount === shardOf(boardId);
  const isAllowed = isRight && isHere && world.sees(actor, mediaId);
  // A pin alone, without its edges, is under the same rules.
  const links = choice.b % 3 === 0 ? [] : edges('link', data, id);
  return trial.try(shard, isAllowed, { kind: 'put', id, data, expect: 0 }, ...links);
}

async function movePin(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const [id, boardId] = [trial.id('pin', choice.a), trial.id('board', choice.b)];
  const pin = trial.data(id, 'pin') ?? {};
  const isOneOwner = trial.data(boardId, 'board')?.['ownerId'] === pin['ownerId'];
  const isAllowed = world.arranges(actor, pin['boardId']) && world.arranges(actor, boardId) && isOneOwner;
  const from = (pin['boardId'] ?? boardId) as Id;
  const put = { kind: 'put', id, data: { ...pin, boardId }, expect: await trial.version(id) } as const;
  const out = { kind: 'unlink', mapping: 'board_has_pin', from, to: id } as const;
  const into = { kind: 'link', mapping: 'board_has_pin', from: boardId, to: id, sequence: 6 } as const;
  const moves = from === boardId ? [into] : [out, into];
  return trial.try(shardOf(id), isAllowed, put, ...(choice.c % 3 === 0 ? [] : moves));
}

/** A pin's owner and picture stay; its words are for those who arrange its board. */
async function editPin(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const id = trial.id('pin', choice.a);
  const pin = trial.data(id, 'pin') ?? {};
  const forged: JsonObject = pick<JsonObject>(
    [{}, { ownerId: trial.id('user', choice.b) }, { mediaId: trial.id('media', choice.b) }],
    choice.c,
  );
  const data: JsonObject = { ...pin, ...forged, title: 'Edited' };
  const isSame = pin['ownerId'] === data['ownerId'] && pin['mediaId'] === data['mediaId'];
  const isAllowed = isSame && world.arranges(actor, pin['boardId']);
  const version = await trial.version(id);
  const event = { type: 'pin.updated', id, at: 1, body: data, before: pin } as const;
  const isTold = choice.c % 2 === 0;
  const told = isTold ? [changeEvent({ ...event, version: version + 1, actor: actor.userId })] : [];
  return trial.try(shardOf(id), isAllowed, { kind: 'put', id, data, expect: version }, ...told);
}

/** Events that say what the commit does not do. */
async function lie(trial: Trial): Promise<Attempt> {
  const honest = await editPin(trial);
  const id = trial.id('pin', trial.choice.b);
  const lies = [
    { type: 'pin.removed', id, version: 9, actor: trial.actor.userId },
    { type: 'pin.created', id, version: 1, actor: trial.id('user', trial.choice.b) },
    { type: 'follow.created', id: trial.id('user', trial.choice.b), version: 1, actor: null },
  ] as const;
  const event = { ...pick(lies, trial.choice.c), at: 1, body: {}, before: null };
  return { ...honest, isAllowed: false, changes: [...honest.changes, changeEvent(event)] };
}

/** What a person may remove: pins of boards that they arrange, and their own boards and sessions. */
function mayRemove(world: World, actor: Person, id: Id): boolean {
  if (typeOf(id) === 'session') return world.sees(actor, id);
  if (typeOf(id) === 'pin') return world.arranges(actor, world.objects.get(id)?.['boardId']);
  return world.role(actor, id) === 'owner';
}

async function removePin(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const id = trial.id('pin', choice.a);
  const pin = trial.data(id, 'pin');
  const expect = choice.b % 2 === 0 ? { expect: await trial.version(id) } : {};
  const changes = pin ? edges('unlink', pin, id) : [];
  return trial.try(shardOf(id), mayRemove(world, actor, id), { kind: 'remove', id, ...expect }, ...changes);
}

async function addBoard(trial: Trial): Promise<Attempt> {
  const { actor, choice } = trial;
  const ownerId = choice.a % 2 === 0 ? trial.id('user', choice.b) : actor.userId;
  const shard = choice.c % 4 === 0 ? choice.c : shardOf(actor.userId);
  const id = await trial.fresh(shard % trial.store.shardCount, 'board');
  const data = { ownerId, name: 'Mine', description: '', secret: choice.b % 2 === 0 };
  const isAllowed = ownerId === actor.userId && shardOf(id) === shardOf(ownerId);
  const own = { kind: 'link', mapping: 'user_owns_board', from: ownerId, to: id, sequence: 4 } as const;
  return trial.try(shard, isAllowed, { kind: 'put', id, data, expect: 0 }, own);
}

/** Its owner changes all but its owner; who was let in may leave. */
async function editBoard(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const id = trial.id('board', choice.a);
  const board = trial.data(id, 'board') ?? {};
  const roles = (board['roles'] ?? {}) as JsonObject;
  const { [actor.userId]: own, ...others } = roles;
  const member = trial.id('user', choice.b);
  const changes: readonly JsonObject[] = [
    { secret: choice.b % 2 === 0 },
    { roles: { ...roles, [member]: 'editor' } },
    { roles: others },
    { ownerId: member },
  ];
  const data = { ...board, ...pick(changes, choice.c) };
  const isMember = world.objects.has(member) && typeOf(member) === 'user' && member !== board['ownerId'];
  const fits = [true, isMember, true, member === board['ownerId']][choice.c % changes.length] ?? false;
  const isLeaving = choice.c % changes.length === 2 && own !== undefined;
  const isAllowed = fits && (world.role(actor, id) === 'owner' || isLeaving);
  return trial.try(shardOf(id), isAllowed, { kind: 'put', id, data, expect: await trial.version(id) });
}

async function removeBoard(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const id = trial.id('board', choice.a);
  const from = (trial.data(id, 'board')?.['ownerId'] ?? actor.userId) as Id;
  const own = { kind: 'unlink', mapping: 'user_owns_board', from, to: id } as const;
  return trial.try(shardOf(id), world.role(actor, id) === 'owner', { kind: 'remove', id }, own);
}

/** An edge alone: follows are one's own, and a pin's board may be noted as used. All others go with what they say. */
async function changeEdge(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const mapping = pick(Object.keys(mappings) as MappingName[], choice.a);
  const types = mappings[mapping];
  const isOwn = types.from === 'user' && choice.c % 2 === 0;
  const from = isOwn ? actor.userId : trial.id(types.from, choice.b);
  const to = trial.id(types.to, choice.c);
  const isLink = choice.b % 2 === 0;
  const edge = { mapping, from, to };
  const change: Change = isLink ? { kind: 'link', ...edge, sequence: 7 } : { kind: 'unlink', ...edge };
  const isRightType = typeOf(from) === types.from && typeOf(to) === types.to;
  const isAllowed = isRightType && mayChangeEdge(world, actor, edge, isLink);
  return trial.try(shardOf(from), isAllowed, change);
}

/** Boards that one sees are followed while they are public, by others than their owners. */
async function follow(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const to = trial.id('board', choice.a);
  const edge = { mapping: 'user_follows_board', from: actor.userId, to } as const;
  const isAllowed = typeOf(to) === 'board' && mayChangeEdge(world, actor, edge, true);
  return trial.try(shardOf(actor.userId), isAllowed, { kind: 'link', ...edge, sequence: 8 });
}

function mayChangeEdge(
  world: World,
  actor: Person,
  { mapping, from, to }: { mapping: MappingName; from: Id; to: Id },
  isLink: boolean,
): boolean {
  const target = world.objects.get(to);
  if (mapping === 'user_owns_board')
    return isLink && world.arranges(actor, to) && target?.['ownerId'] === from;
  if (mapping !== 'user_follows_user' && mapping !== 'user_follows_board') return false;
  if (from !== actor.userId) return false;
  if (!isLink) return true;
  if (target === undefined || to === from) return false;
  return mapping === 'user_follows_user' || (target['secret'] === false && target['ownerId'] !== from);
}

async function changeProfile(trial: Trial): Promise<Attempt> {
  const { actor, choice } = trial;
  const id = choice.a % 2 === 0 ? trial.id('user', choice.b) : actor.userId;
  const user = trial.data(id, 'user') ?? {};
  const change: JsonObject = pick<JsonObject>(
    [{ about: 'Me' }, { role: 'owner' }, { name: 'admin' }],
    choice.c,
  );
  const isAllowed = id === actor.userId && 'about' in change;
  const put = { kind: 'put', id, data: { ...user, ...change }, expect: await trial.version(id) } as const;
  return trial.try(shardOf(id), isAllowed, put);
}

async function endSession(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const id = trial.id('session', choice.a);
  const from = (trial.data(id, 'session')?.['userId'] ?? actor.userId) as Id;
  const isAllowed = typeOf(id) === 'session' && world.sees(actor, id);
  const unlink = { kind: 'unlink', mapping: 'user_has_session', from, to: id } as const;
  return trial.try(shardOf(id), isAllowed, { kind: 'remove', id }, unlink);
}

/** What only services write: pictures, sessions, sign-in links; and removing people. */
async function meddle(trial: Trial): Promise<Attempt> {
  const { world, actor, choice } = trial;
  const type = pick(['media', 'session', 'link', 'section'] as const, choice.a);
  const shard = shardOf(actor.userId);
  const id = choice.b % 2 === 0 ? trial.id(type, choice.c) : await trial.fresh(shard, type);
  const data = { ...trial.data(id, type), uploaderId: actor.userId, userId: actor.userId, hash: 'mine' };
  const expect = choice.b % 2 === 0 ? await trial.version(id) : 0;
  const user = trial.id('user', choice.c);
  const changes: Change[] = [
    { kind: 'put', id, data, expect },
    { kind: 'remove', id: user },
  ];
  const isPut = choice.c % changes.length === 0;
  if (isPut) return trial.try(shardOf(id), false, pick(changes, choice.c));
  return trial.try(shardOf(user), mayRemove(world, actor, user), pick(changes, choice.c));
}

/** Everything that people try. */
export const attempts = {
  addPin,
  movePin,
  editPin,
  lie,
  removePin,
  addBoard,
  editBoard,
  removeBoard,
  changeEdge,
  follow,
  changeProfile,
  endSession,
  meddle,
} as const;

/** Makes an attempt up. */
export function attemptOf(store: Store, world: World, choice: Choice): Promise<Attempt> {
  return attempts[choice.kind](new Trial(store, world, choice));
}
