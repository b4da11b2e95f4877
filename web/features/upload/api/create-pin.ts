import type { NewPin, PinView } from '#services/pins/contract';
import type { Api } from '../../../shared/api/api.ts';

/** Pins a picture that the server has. */
export function createPin(api: Api, pin: NewPin): Promise<PinView> {
  return api.send<PinView>('POST', '/api/pins', pin);
}
