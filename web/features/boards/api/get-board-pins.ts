import type { Api } from '../../../shared/api/api.ts';
import { endlessPins } from '../../../shared/api/pages.ts';

/** A board's pins, the newest first. */
export function boardPinsQuery(api: Api, id: string) {
  return endlessPins(['board', id, 'pins'], api, `/api/boards/${id}/pins`);
}
