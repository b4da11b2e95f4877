/** Which dialog of this feature is open, and for which pin. */
import { signal } from '@preact/signals';
import type { PinView } from '#services/pins/contract';

/** A pin to save, and how. */
export interface SaveRequest {
  readonly pin: PinView;
  readonly kind: 'choose' | 'sheet';
  /** What the choice stands beside. */
  readonly anchor: DOMRect | null;
}

/** The open dialog; null while there is none. */
export const saveRequest = signal<SaveRequest | null>(null);
