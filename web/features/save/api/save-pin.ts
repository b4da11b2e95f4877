import type { Api } from '../../../shared/api/api.ts';
import { type SaveAnswer, type Saved, savedOf } from '../../../shared/api/saved.ts';

/** Saves a pin to one of one's boards, as a new pin. */
export async function savePin(api: Api, pinId: string, boardId: string): Promise<Saved> {
  return savedOf(await api.send<SaveAnswer>('POST', `/api/pins/${pinId}/save`, { boardId }));
}
