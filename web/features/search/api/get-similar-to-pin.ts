import type { Api } from '../../../shared/api/api.ts';
import { endlessPins } from '../../../shared/api/pages.ts';

/** Pins whose picture looks like a pin's. */
export function similarToPinQuery(api: Api, pinId: string) {
  return endlessPins(['pin', pinId, 'similar'], api, `/api/pins/${pinId}/similar`);
}
