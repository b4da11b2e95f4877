import type { BrowserAction } from '#services/actions/contract';

/** Where on the site something happens. */
export type Surface = BrowserAction['surface'];

const places: readonly [RegExp, Surface][] = [
  [/^\/$/, 'home'],
  [/^\/following/, 'following'],
  [/^\/search/, 'search'],
  [/^\/pin\//, 'related'],
  [/^\/board\//, 'board'],
  [/^\/@/, 'profile'],
  [/^\/operations/, 'operations'],
];

/** Where tiles on the page at a path are. */
export function surfaceAt(path: string): Surface {
  return places.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}
