import { nextPath } from '../../shared/nav/sign-in.ts';

/** Into the app as the person who has just signed in: afresh, so that nothing of a stranger's view is left. */
export function enter(): void {
  window.location.assign(nextPath(new URLSearchParams(window.location.search)));
}
