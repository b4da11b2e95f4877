/**
 * Sees what people see and do, from the document alone: tiles carry `data-pin`, a pin shown large `data-closeup`, ways out of it
 * `data-way`. So the parts of the page know nothing of it, and it may arrive after them.
 */
import type { ActionQueue } from './action-queue.ts';
import { type Surface, surfaceAt } from './surface.ts';

const leastShare = 0.5;
const leastMs = 1000;

type Pinned = { readonly pinId: string; readonly rank: number | null };
type PinId = Parameters<ActionQueue['add']>[0]['pinId'];

function pinnedOf(tile: HTMLElement): Pinned {
  const position = Number(tile.getAttribute('aria-posinset'));
  return { pinId: tile.dataset['pin'] ?? '', rank: position > 0 ? position - 1 : null };
}

/** Watches one document until told to stop. */
export class Watch {
  readonly #queue: ActionQueue;
  readonly #seen = new Set<string>();
  readonly #timers = new Map<Element, number>();
  readonly #tiles: IntersectionObserver;
  readonly #changes: MutationObserver;
  #path = location.pathname;
  /** Where the pin that is shown large was opened. */
  #from: Surface = 'other';
  #large = '';

  constructor(queue: ActionQueue) {
    this.#queue = queue;
    this.#tiles = new IntersectionObserver((entries) => this.#crossed(entries), { threshold: leastShare });
    this.#changes = new MutationObserver(() => this.#look());
  }

  start(): void {
    this.#changes.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('click', (event) => this.#clicked(event), { capture: true });
    document.addEventListener('auxclick', (event) => this.#clicked(event), { capture: true });
    document.addEventListener('visibilitychange', () => document.hidden && this.#forgetTimers());
    this.#look();
  }

  #look(): void {
    this.#noteMove();
    for (const tile of document.querySelectorAll<HTMLElement>('[data-pin]')) this.#tiles.observe(tile);
    const large = document.querySelector<HTMLElement>('[data-closeup]')?.dataset['closeup'] ?? '';
    if (large !== '' && large !== this.#large) {
      this.#tell({ type: 'closeup', surface: this.#from, pinId: large, rank: null });
    }
    this.#large = large;
  }

  /** A tile counts once on each page that one comes to. */
  #noteMove(): void {
    if (location.pathname === this.#path) return;
    this.#from = surfaceAt(this.#path);
    this.#path = location.pathname;
    this.#seen.clear();
  }

  #crossed(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, intersectionRatio } of entries) {
      const isShown = isIntersecting && intersectionRatio >= leastShare && !document.hidden;
      window.clearTimeout(this.#timers.get(target));
      this.#timers.delete(target);
      if (isShown)
        this.#timers.set(
          target,
          window.setTimeout(() => this.#wasSeen(target), leastMs),
        );
      if (!target.isConnected) this.#tiles.unobserve(target);
    }
  }

  #wasSeen(target: Element): void {
    this.#timers.delete(target);
    if (!(target instanceof HTMLElement) || !target.isConnected) return;
    const pinned = pinnedOf(target);
    if (this.#seen.has(pinned.pinId)) return;
    this.#seen.add(pinned.pinId);
    this.#tell({ type: 'impression', surface: surfaceAt(location.pathname), ...pinned });
  }

  #forgetTimers(): void {
    for (const timer of this.#timers.values()) window.clearTimeout(timer);
    this.#timers.clear();
  }

  #clicked(event: MouseEvent): void {
    // Left or middle: both go there.
    if (event.button > 1 || !(event.target instanceof Element)) return;
    const target = event.target.closest<HTMLElement>('a[data-way]')?.dataset['way'];
    const pinId = event.target.closest<HTMLElement>('[data-closeup]')?.dataset['closeup'];
    if (pinId === undefined || (target !== 'source' && target !== 'owner' && target !== 'board')) return;
    this.#tell({ type: 'click', surface: 'closeup', pinId, rank: null, target });
  }

  #tell({ pinId, ...action }: Omit<Parameters<ActionQueue['add']>[0], 'pinId'> & { pinId: string }): void {
    this.#queue.add({ ...action, pinId: pinId as PinId });
  }
}
