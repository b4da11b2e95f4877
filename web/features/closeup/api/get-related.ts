import type { Api } from '../../../shared/api/api.ts';
import { endlessPins } from '../../../shared/api/pages.ts';

/** Pins related to one. */
export function relatedQuery(api: Api, id: string) {
  return endlessPins(['pin', id, 'related'], api, `/api/pins/${id}/related`);
}
