/** The picture that grows from its tile into the closeup and back, by the View Transitions API where there is one. */

/** A move between two paths. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** The picture that was clicked, if one was. */
  readonly hero?: Element | null | undefined;
}

const closeup = '[data-closeup-picture]';

/** The pin a path shows large, if any. */
export function pinIn(path: string): string | undefined {
  return /^\/pin\/(\d+)$/.exec(path)?.[1];
}

/** The tile of a pin that is on screen. */
export function tileOf(pinId: string | undefined): HTMLElement | null {
  return pinId === undefined ? null : document.querySelector(`[data-pin="${pinId}"]`);
}

function isOnScreen(element: Element | null | undefined): element is HTMLElement {
  if (!(element instanceof HTMLElement)) return false;
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

function before({ from, to, hero }: Move): Element | null {
  if (hero) return hero;
  return pinIn(from) && pinIn(from) !== pinIn(to) ? document.querySelector(closeup) : null;
}

function after({ from, hero }: Move): Element | null {
  return hero ? document.querySelector(closeup) : tileOf(pinIn(from));
}

function name(element: Element | null, value: string): void {
  if (element instanceof HTMLElement) element.style.viewTransitionName = value;
}

function wantsStillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Does `update`, with the picture growing into its new place where that can be shown. */
export async function withHero(move: Move, update: () => Promise<void>): Promise<void> {
  const start = before(move);
  if (!isOnScreen(start) || wantsStillness() || !('startViewTransition' in document)) return update();
  name(start, 'hero');
  let end: Element | null = null;
  const transition = document.startViewTransition(async () => {
    await update();
    name(start, '');
    end = after(move);
    if (isOnScreen(end)) name(end, 'hero');
  });
  transition.ready.catch(() => {});
  void transition.finished.finally(() => name(end, ''));
  await transition.updateCallbackDone;
}
