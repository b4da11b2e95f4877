import { go } from './location.ts';

/** To the sign-in page, and back here afterwards. */
export function goToSignIn(): void {
  const here = window.location.pathname + window.location.search;
  void go(`/signin?next=${encodeURIComponent(here)}`);
}

/** Where to go after signing in: a path of this site, never another site. */
export function nextPath(search: URLSearchParams): string {
  const next = search.get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
