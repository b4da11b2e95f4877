/**
 * Where the browser is, and how it goes elsewhere.
 *
 * A move is: load the page's code, remember the scroll, change the entry, wait until the new page stands,
 * then put the scroll where it belongs. Pages never see a half-made move.
 */
import { signal } from '@preact/signals';
import { rememberScroll, scrollOf } from './scroll-memory.ts';
import { markShown, waitUntilShown } from './shown.ts';
import { withHero } from './transitions.ts';

/** One entry of the history. */
export interface Entry {
  readonly path: string;
  /** Without the question mark. */
  readonly search: string;
  readonly key: string;
  /** How many entries of this visit lie behind it. */
  readonly depth: number;
  /** Where the page is to be scrolled to when it stands. */
  readonly scroll: number;
}

/** How to go. */
export interface GoOptions {
  /** Takes the current entry's place. */
  readonly replace?: boolean | undefined;
  /** Leaves the scroll alone: same page, another state of it. */
  readonly stay?: boolean | undefined;
  /** The picture that grows into the next page. */
  readonly hero?: Element | null | undefined;
}

const hasWindow = typeof window !== 'undefined';

/** The current entry; in a browser only. */
export const entry = signal<Entry>(
  hasWindow ? entryHere() : { path: '/', search: '', key: '', depth: 0, scroll: 0 },
);

let prepare: (path: string) => Promise<void> = async () => {};

function entryHere(): Entry {
  const { key, depth } = stateOf(history.state);
  return {
    path: window.location.pathname,
    search: window.location.search.slice(1),
    key,
    depth,
    scroll: scrollOf(key),
  };
}

function stateOf(state: unknown): { key: string; depth: number } {
  const known =
    typeof state === 'object' && state !== null ? (state as { key?: unknown; depth?: unknown }) : {};
  return {
    key: typeof known.key === 'string' ? known.key : 'first',
    depth: typeof known.depth === 'number' ? known.depth : 0,
  };
}

/** Whether the page's code is there. When it cannot be fetched, the browser goes there by itself. */
async function isPrepared(target: URL | Location): Promise<boolean> {
  try {
    await prepare(target.pathname);
    return true;
  } catch {
    window.location.assign(target.href);
    return false;
  }
}

async function show(next: Entry, options: GoOptions): Promise<void> {
  const shown = waitUntilShown();
  const isSame = next.key === entry.value.key;
  entry.value = next;
  if (isSame) markShown();
  await shown;
  if (!options.stay) window.scrollTo({ top: next.scroll, behavior: 'instant' });
}

/** Goes to a path of this site. Resolves when the page stands. */
export async function go(to: string, options: GoOptions = {}): Promise<void> {
  const target = new URL(to, window.location.href);
  if (!(await isPrepared(target))) return;
  rememberScroll(entry.value.key, window.scrollY);
  const from = entry.value;
  const depth = options.replace ? from.depth : from.depth + 1;
  const key = options.stay && options.replace ? from.key : crypto.randomUUID();
  const next = { path: target.pathname, search: target.search.slice(1), key, depth, scroll: 0 };
  await withHero({ from: from.path, to: next.path, hero: options.hero }, () => {
    history[options.replace ? 'replaceState' : 'pushState']({ key, depth }, '', target);
    return show(next, options);
  });
}

/** Back to where one came from; to `otherwise` when this page was the first. */
export function goBack(otherwise = '/'): void {
  if (entry.value.depth > 0) history.back();
  else void go(otherwise, { replace: true });
}

async function followHistory(): Promise<void> {
  const from = entry.value;
  rememberScroll(from.key, window.scrollY);
  const next = entryHere();
  if (!(await isPrepared(window.location))) return;
  const stay = from.path === next.path && from.key === next.key;
  await withHero({ from: from.path, to: next.path }, () => show(next, { stay }));
}

/** Takes over the history. `load` fetches the code of the page at a path. */
export function startNavigation(load: (path: string) => Promise<void>): void {
  prepare = load;
  history.scrollRestoration = 'manual';
  history.replaceState({ key: entry.value.key, depth: entry.value.depth }, '');
  window.addEventListener('popstate', () => void followHistory());
  window.addEventListener('pagehide', () => rememberScroll(entry.value.key, window.scrollY));
}
