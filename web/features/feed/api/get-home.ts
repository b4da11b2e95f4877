import type { Api } from '../../../shared/api/api.ts';
import { endlessPins } from '../../../shared/api/pages.ts';

/** The home feed of whoever looks. */
export function homeQuery(api: Api) {
  return endlessPins(['feed', 'home'], api, '/api/feed/home');
}
