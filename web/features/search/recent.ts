/** What was searched for lately, on this device only. */
const name = 'pinakes.recent';
const most = 8;

/** Where it is kept: `localStorage` in a browser. */
export type RecentStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** The latest first. Anything unreadable counts as nothing. */
export function recentSearches(storage: RecentStorage): string[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(name) ?? '[]');
    return Array.isArray(stored) ? stored.filter((words) => typeof words === 'string').slice(0, most) : [];
  } catch {
    return [];
  }
}

function write(storage: RecentStorage, searches: readonly string[]): void {
  try {
    storage.setItem(name, JSON.stringify(searches));
  } catch {
    // Forbidden or full storage: nothing is remembered.
  }
}

/** Puts words first; the same words in another case count as the same. */
export function rememberSearch(storage: RecentStorage, words: string): void {
  const trimmed = words.trim();
  if (trimmed === '') return;
  const others = recentSearches(storage).filter((known) => known.toLowerCase() !== trimmed.toLowerCase());
  write(storage, [trimmed, ...others].slice(0, most));
}

/** Forgets them all. */
export function forgetSearches(storage: RecentStorage): void {
  write(storage, []);
}
