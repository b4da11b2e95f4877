import { useQueryClient } from '@tanstack/preact-query';
import type { PinView } from '#services/pins/contract';
import { useKeys } from '../../shared/a11y/use-keys.ts';
import { go, goBack } from '../../shared/nav/location.ts';
import { neighbour, walk } from '../../shared/pin/walk.ts';

/** Arrows walk the list the pin was opened from, L opens the lens, Escape goes back. */
export function useCloseupKeys(pin: PinView, openLens: () => void): void {
  const client = useQueryClient();
  const step = (by: 1 | -1) => {
    const next = neighbour(walk.value, pin.id, by);
    if (!next) return;
    if (!client.getQueryData(['pin', next.id])) client.setQueryData(['pin', next.id], next, { updatedAt: 1 });
    void go(`/pin/${next.id}`, { replace: true });
  };
  const isMirrored = () => document.documentElement.dir === 'rtl';
  useKeys({
    l: openLens,
    Escape: () => goBack(),
    ArrowRight: () => step(isMirrored() ? -1 : 1),
    ArrowLeft: () => step(isMirrored() ? 1 : -1),
  });
}
