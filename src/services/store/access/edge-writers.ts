/** Which edges a person may write: those that say what they may write themselves, in the same commit. */
import type { LinkChange, UnlinkChange } from '#engines/shards/port';
import type { Person } from '#kernel/actor';
import { ForbiddenError } from '#kernel/errors';
import { type Id, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { MappingName } from '../contract.ts';
import { mayFollowBoard, type RuledBoard } from './board-roles.ts';
import type { CommitView } from './commit-view.ts';
import { mayArrange } from './object-writers.ts';

interface Edge {
  readonly actor: Person;
  readonly view: CommitView;
  readonly from: Id;
  readonly to: Id;
}

type Rule = (edge: Edge) => boolean;

interface Rules {
  readonly link: Rule;
  readonly unlink: Rule;
}

const nobody: Rule = () => false;
const bookkeeping: Rules = { link: nobody, unlink: nobody };
const own: Rule = ({ actor, from }) => from === actor.userId;

/** Whether the to-side named the from-side in this field until this commit. */
function ends(field: string): Rule {
  return ({ view, from, to }) =>
    view.writes.has(to) && view.before(to)?.data[field] === from && view.after(to)?.[field] !== from;
}

const arranged: Rule = ({ actor, view, to }) => {
  const boardId = view.after(to)?.['boardId'];
  return view.writes.has(to) && mayArrange(actor, view, boardId as Id);
};

/** Whether the commit has a pin of this picture of this owner, as `dataOf` answers pins. */
function pins(dataOf: (view: CommitView, id: Id) => JsonObject | undefined): Rule {
  return ({ view, from, to }) =>
    [...view.writes.keys()].some((id) => {
      const data = typeOf(id) === 'pin' ? dataOf(view, id) : undefined;
      return data?.['ownerId'] === from && data['mediaId'] === to;
    });
}

const followable: Rule = (edge) => {
  const board = edge.view.standing(edge.to) as RuledBoard | undefined;
  return own(edge) && board !== undefined && mayFollowBoard(edge.actor, board);
};

const rules: Readonly<Record<MappingName, Rules>> = {
  // A pin that comes to a board makes it the one used last.
  user_owns_board: { link: ({ actor, view, to }) => mayArrange(actor, view, to), unlink: ends('ownerId') },
  board_has_pin: { link: arranged, unlink: ends('boardId') },
  user_has_pin: { link: arranged, unlink: ends('ownerId') },
  user_has_media: {
    link: pins((view, id) => view.after(id)),
    unlink: pins((view, id) => (view.after(id) === undefined ? view.before(id)?.data : undefined)),
  },
  user_has_session: { link: nobody, unlink: ends('userId') },
  user_follows_user: { link: (edge) => own(edge) && edge.to !== edge.from, unlink: own },
  user_follows_board: { link: followable, unlink: own },
  // The services keep these beside what people write, on other shards, or from the log.
  media_has_pin: bookkeeping,
  user_took_media: bookkeeping,
  user_has_follower: bookkeeping,
  board_has_follower: bookkeeping,
  user_joins_board: bookkeeping,
};

/** Throws `ForbiddenError` unless a person may write the edge; `requireMayWrite` sees to the objects that it goes by. */
export function requireMayLink(actor: Person, view: CommitView, edge: LinkChange | UnlinkChange): void {
  const { mapping, from, to, kind } = edge;
  if (rules[mapping as MappingName][kind]({ actor, view, from, to })) return;
  throw new ForbiddenError(`${mapping} is not yours to change there`);
}
