/** Scroll positions by history entry, kept for the tab's life. */
const name = 'pinakes.scroll';
const most = 50;

function read(): [string, number][] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(name) ?? '[]');
    return Array.isArray(stored) ? (stored as [string, number][]) : [];
  } catch {
    return [];
  }
}

/** Remembers where an entry was scrolled to, in pixels. */
export function rememberScroll(key: string, top: number): void {
  const others = read().filter(([known]) => known !== key);
  try {
    sessionStorage.setItem(name, JSON.stringify([...others, [key, Math.round(top)]].slice(-most)));
  } catch {
    // A full or forbidden storage costs the place in the list, nothing more.
  }
}

/** Where an entry was scrolled to; 0 when unknown. */
export function scrollOf(key: string): number {
  return read().find(([known]) => known === key)?.[1] ?? 0;
}
