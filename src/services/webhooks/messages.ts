/** From changes to what hooks are told of them, and to whom they may be told. */
import type { Person } from '#kernel/actor';
import { type Id, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { BoardData, Boards } from '#services/boards/contract';
import type { DeliveredChange } from '#services/events/contract';
import { boardRole, type ChangeEvent, maySeeBoard } from '#services/store/contract';
import { type WebhookKind, webhookKinds } from './contract.ts';

/** What a hook is told. */
export interface Told {
  /** Tells it from everything else that is told. */
  readonly id: string;
  readonly kind: WebhookKind | 'test';
  readonly at: number;
  readonly data: JsonObject;
}

/** The board whose secrecy decides who may hear, and whether it was secret at the time. */
export interface Subject {
  readonly boardId: Id;
  readonly wasSecret: boolean;
}

/** The fields that are told; what else is stored, such as where a pin was saved from, may be secret of somebody's. */
const fields: Readonly<Record<string, readonly string[]>> = {
  pin: ['boardId', 'ownerId', 'mediaId', 'title', 'description', 'link', 'altText', 'tags', 'credit'],
  board: ['ownerId', 'name', 'description', 'secret'],
  user: ['name', 'displayName'],
  follow: ['target'],
};

function kindOf({ type, body }: Pick<ChangeEvent, 'type' | 'body'>): WebhookKind | undefined {
  if (type === 'pin.created' && body['savedFrom']) return 'pin.saved';
  return webhookKinds.find((kind) => kind === type);
}

function subjectOf({ type, id, body }: Pick<ChangeEvent, 'type' | 'id' | 'body'>): Subject | null {
  const wasSecret = body['secret'] === true;
  if (type.startsWith('pin.')) return { boardId: body['boardId'] as Id, wasSecret };
  if (type.startsWith('board.')) return { boardId: id, wasSecret };
  const target = body['target'] as Id;
  return type.startsWith('follow.') && typeOf(target) === 'board'
    ? { boardId: target, wasSecret: false }
    : null;
}

/** What a change has to tell; undefined when hooks cannot ask for it. */
export function toldOf(change: DeliveredChange): { told: Told; subject: Subject | null } | undefined {
  const kind = kindOf(change);
  const [noun = ''] = change.type.split('.');
  if (!kind) return undefined;
  const { id, actor, at, shard, sequence, body } = change;
  const known = (fields[noun] ?? []).flatMap((field) => {
    const value = body[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  const data = { id, actor, ...Object.fromEntries(known) };
  return { told: { id: `change-${shard}-${sequence}`, kind, at, data }, subject: subjectOf(change) };
}

/**
 * Whether somebody may hear of it: they may see the board as it is now, and were let in if it was secret then. Of a board
 * that is gone they hear what was public.
 */
function mayHear(person: Person, { wasSecret }: Subject, board: BoardData | undefined): boolean {
  if (!board) return !wasSecret;
  return maySeeBoard(person, board) && (!wasSecret || boardRole(person, board) !== 'none');
}

/** Tells which of some happenings an owner of hooks may hear of. */
export async function audible<T extends { subject: Subject | null }>(
  boards: Pick<Boards, 'data'>,
  person: Person,
  all: readonly T[],
): Promise<T[]> {
  const ids = all.flatMap(({ subject }) => subject?.boardId ?? []);
  const found = ids.length > 0 ? await boards.data([...new Set(ids)]) : new Map<Id, BoardData>();
  return all.filter(
    ({ subject }) => subject === null || mayHear(person, subject, found.get(subject.boardId)),
  );
}
