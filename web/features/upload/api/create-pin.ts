import type { NewPin } from '#services/pins/contract';
import type { Api } from '../../../shared/api/api.ts';
import { type SaveAnswer, type Saved, savedOf } from '../../../shared/api/saved.ts';

/** Pins a picture that the server has. */
export async function createPin(api: Api, pin: NewPin): Promise<Saved> {
  return savedOf(await api.send<SaveAnswer>('POST', '/api/pins', pin));
}
