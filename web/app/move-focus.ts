import { pinIn, tileOf } from '../shared/nav/transitions.ts';

let previous: string | null = null;

function focusQuietly(element: HTMLElement | null | undefined): void {
  element?.focus({ preventScroll: true });
}

/** After a move: the tile of the pin one comes back from, else the new page's beginning. Nothing at the first page. */
export function moveFocus(path: string): void {
  const from = previous;
  previous = path;
  if (from === null || from === path || document.querySelector('dialog[open]')) return;
  const isLost = document.activeElement === null || document.activeElement === document.body;
  const tile = tileOf(pinIn(from));
  if (tile) focusQuietly(tile.querySelector<HTMLElement>('a'));
  else if (isLost) focusQuietly(document.getElementById('main'));
}
