/** Which objects a person may write. */
import { isDeepStrictEqual } from 'node:util';
import type { Person } from '#kernel/actor';
import { ForbiddenError, NotFoundError } from '#kernel/errors';
import { type Id, type ObjectType, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { mayArrangeBoard, ownsBoard, type RuledBoard } from './board-roles.ts';
import type { CommitView, Write } from './commit-view.ts';
import { nounOf } from './integrity.ts';

/** A write of an object: what it is before and after, undefined where it is not there. */
interface Writing {
  readonly actor: Person;
  readonly view: CommitView;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

type Rule = (writing: Writing) => boolean;

const nobody: Rule = () => false;

/** One's own profile. Names are claimed, and the first account is the owner's: neither changes here. */
const profile: Rule = ({ actor, view, before, after }) => {
  const isOwn = before !== undefined && view.before(actor.userId)?.data === before;
  return isOwn && after?.['name'] === before['name'] && after?.['role'] === before['role'];
};

const board: Rule = ({ actor, before, after }) => {
  const standing = (before ?? after) as RuledBoard | undefined;
  if (standing !== undefined && ownsBoard(actor, standing)) return true;
  return before !== undefined && after !== undefined && isLeaving(actor, before, after);
};

/** Whether all that changes is that the actor is no longer let in. */
function isLeaving({ userId }: Person, before: JsonObject, after: JsonObject): boolean {
  const { [userId]: left, ...others } = (before['roles'] ?? {}) as JsonObject;
  return left !== undefined && isDeepStrictEqual({ ...before, roles: others }, { roles: {}, ...after });
}

/** Both the board that a pin is on and the one that it goes to must be the actor's to arrange. */
const pin: Rule = ({ actor, view, before, after }) => {
  const boards = [before, after].flatMap((data) => (data ? [data['boardId'] as Id] : []));
  return boards.every((id) => mayArrange(actor, view, id));
};

/** One's own sign-ins may be ended; only accounts begin them. */
const session: Rule = ({ before, after }) => before !== undefined && after === undefined;

const rules: Readonly<Record<ObjectType, Rule>> = {
  user: profile,
  board,
  pin,
  session,
  // Whoever has a picture's bytes is known to the media service alone.
  media: nobody,
  link: nobody,
  section: nobody,
};

/** Whether an actor may arrange a board of which a commit tells. */
export function mayArrange(actor: Person, view: CommitView, boardId: Id): boolean {
  const data = view.standing(boardId);
  return data !== undefined && mayArrangeBoard(actor, data as unknown as RuledBoard);
}

/**
 * Refuses a write: `NotFoundError` when it changes what is not there for the actor, `ForbiddenError` when it is not theirs to
 * write.
 */
export function requireMayWrite(actor: Person, view: CommitView, { id, kind, expect }: Write): void {
  const before = view.before(id)?.data;
  const isNew = kind === 'put' && expect === 0;
  if (!isNew && before === undefined) throw new NotFoundError(nounOf(id));
  const rule = rules[typeOf(id) ?? 'section'];
  if (!rule({ actor, view, before, after: view.after(id) })) {
    throw new ForbiddenError(`this ${nounOf(id)} is not yours to change`);
  }
}
