import type { Api } from '../../../shared/api/api.ts';

/** Removes one of one's pins. */
export function removePin(api: Api, pinId: string): Promise<void> {
  return api.send<void>('DELETE', `/api/pins/${pinId}`);
}
