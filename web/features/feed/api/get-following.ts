import type { Api } from '../../../shared/api/api.ts';
import { endlessPins } from '../../../shared/api/pages.ts';

/** New pins of whom one follows, newest first. */
export function followingQuery(api: Api) {
  return endlessPins(['feed', 'following'], api, '/api/feed/following');
}
