import type { PinView } from '#services/pins/contract';
import { saveRequest } from './save-request.ts';

/** Opens the acts on a pin at the bottom of the screen. */
export function openSheet(pin: PinView): void {
  saveRequest.value = { pin, kind: 'sheet', anchor: null };
}
