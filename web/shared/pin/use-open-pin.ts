import { useQueryClient } from '@tanstack/preact-query';
import type { PinView } from '#services/pins/contract';
import { go } from '../nav/location.ts';
import { seen, walk } from './walk.ts';

/** Opens pins of a list large: at once, since what the tile knows is shown first. */
export function useOpenPin(pins: readonly PinView[]) {
  const client = useQueryClient();
  return (pin: PinView, tile: Element | null, query = ''): void => {
    walk.value = pins;
    const shown = tile?.querySelector('img');
    if (shown?.complete) seen.set(pin.id, shown.currentSrc);
    if (!client.getQueryData(['pin', pin.id])) {
      client.setQueryData(['pin', pin.id], pin, { updatedAt: 1 });
    }
    void go(`/pin/${pin.id}${query}`, { hero: tile });
  };
}
