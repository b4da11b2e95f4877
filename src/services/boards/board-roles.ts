import type { Id } from '#kernel/ids';
import type { BoardData, MemberRole } from './contract.ts';

/** A board with somebody let in as `role`, or no longer; the same one when that is so already. */
export function withRole(board: BoardData, userId: Id, role: MemberRole | undefined): BoardData {
  const { roles = {}, ...rest } = board;
  if (roles[userId] === role) return board;
  const { [userId]: _former, ...others } = roles;
  const members = role === undefined ? others : { ...others, [userId]: role };
  return Object.keys(members).length === 0 ? rest : { ...rest, roles: members };
}
