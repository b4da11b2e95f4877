import type { Api } from '../../../shared/api/api.ts';
import { endlessPins } from '../../../shared/api/pages.ts';

/** A person's pins, the newest first. */
export function personPinsQuery(api: Api, name: string) {
  return endlessPins(['user', name, 'pins'], api, `/api/users/${name}/pins`);
}
