import type { PinView } from '#services/pins/contract';
import type { Api } from '../../../shared/api/api.ts';

/** Saves a pin to one of one's boards, as a new pin. */
export function savePin(api: Api, pinId: string, boardId: string): Promise<PinView> {
  return api.send<PinView>('POST', `/api/pins/${pinId}/save`, { boardId });
}
