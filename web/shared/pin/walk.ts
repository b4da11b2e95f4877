/** The list a closeup was opened from, so that arrows can walk along it. */
import { signal } from '@preact/signals';
import type { PinView } from '#services/pins/contract';

/** The pins of the list, in its order. */
export const walk = signal<readonly PinView[]>([]);

/** What tiles have shown of pins that were opened: it stands in until the large picture has loaded. */
export const seen = new Map<string, string>();

/** The neighbour of a pin in a list: 1 after it, -1 before it. Undefined at the ends, or when it is not there. */
export function neighbour(pins: readonly PinView[], id: string, by: 1 | -1): PinView | undefined {
  const index = pins.findIndex((pin) => pin.id === id);
  return index < 0 ? undefined : pins[index + by];
}
