/** Which events a person's commit may hold: those that tell what it does, as it does it. */
import { isDeepStrictEqual } from 'node:util';
import type { Person } from '#kernel/actor';
import { ForbiddenError } from '#kernel/errors';
import { type Id, isId, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { ChangeEvent } from '../contract.ts';
import type { CommitView } from './commit-view.ts';
import { openData } from './credentials.ts';

type Told = Pick<ChangeEvent, 'type' | 'version' | 'body' | 'before'>;

/** What is to be told of a written object. */
function toldOf(view: CommitView, id: Id): Told | undefined {
  const write = view.writes.get(id);
  const type = typeOf(id);
  if (write === undefined || type === undefined) return undefined;
  const stored = view.before(id);
  const before = stored ? openData(type, stored.data) : null;
  const version = (stored?.version ?? 0) + 1;
  if (write.kind === 'remove') return { type: `${type}.removed`, version, body: before ?? {}, before: null };
  const verb = stored ? 'updated' : 'created';
  return { type: `${type}.${verb}`, version, body: openData(type, write.data), before };
}

function tellsOfObject(view: CommitView, event: ChangeEvent): boolean {
  const { type, version, body, before } = event;
  return isId(event.id) && isDeepStrictEqual({ type, version, body, before }, toldOf(view, event.id));
}

const follows: ReadonlySet<string> = new Set(['user_follows_user', 'user_follows_board']);

function tellsOfFollow(view: CommitView, { type, id, body }: ChangeEvent): boolean {
  const kind = type === 'follow.created' ? 'link' : 'unlink';
  return view.changes.some(
    (change) =>
      change.kind === kind &&
      follows.has(change.mapping) &&
      change.from === id &&
      change.to === body?.['target'],
  );
}

/** Throws `ForbiddenError` for an event that its actor makes up: consumers believe what the log says. */
export function requireOwnEvent({ userId }: Person, view: CommitView, told: JsonObject): void {
  const event = told as unknown as ChangeEvent;
  const isFollow = event.type === 'follow.created' || event.type === 'follow.removed';
  const isTrue = isFollow ? tellsOfFollow(view, event) : tellsOfObject(view, event);
  if (event.actor !== userId || !isTrue) throw new ForbiddenError('an event must tell what its commit does');
}
