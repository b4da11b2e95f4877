import { useEffect, useState } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import { go } from '../../shared/nav/location.ts';

/** Whether the lens is over a pin. It is part of the address, so that a link can open it. */
export function useLens(pinId: string) {
  const wanted = new URLSearchParams(useSearch()).has('lens');
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(wanted), [wanted]);
  return {
    isOpen,
    open: () => void go(`/pin/${pinId}?lens`, { replace: true, stay: true }),
    close: () => void go(`/pin/${pinId}`, { replace: true, stay: true }),
  };
}
