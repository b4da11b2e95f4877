import type { Page } from '#kernel/schema';
import type { BoardView } from '#services/boards/contract';
import type { Api } from '../../../shared/api/api.ts';
import { endless } from '../../../shared/api/pages.ts';

/** A person's boards, last used first. */
export function personBoardsQuery(api: Api, name: string) {
  return endless<Page<BoardView>>(['user', name, 'boards'], api, `/api/users/${name}/boards`);
}
