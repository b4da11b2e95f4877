/** Viewers as keys of what is remembered for them. */
import type { Actor } from '#kernel/actor';

/** The same text for the same viewer, another for any other. */
export function viewerKey(viewer: Actor): string {
  return viewer.kind === 'person' ? `person:${viewer.userId}` : viewer.kind;
}
