import { useLayoutEffect } from 'preact/hooks';
import { useLatest } from '../ui/use-latest.ts';

/** What keys do, by `KeyboardEvent.key`, letters in lower case. */
export type KeyActs = Readonly<Record<string, (event: KeyboardEvent) => void>>;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Keys of the page: not while typing, not with modifiers, not under an open dialog. */
export function useKeys(acts: KeyActs): void {
  const press = useLatest((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
      return;
    if (document.querySelector('dialog[open]')) return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
  // With the drawing itself: a key pressed right after a move belongs to the new page already.
  useLayoutEffect(() => {
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [press]);
}
