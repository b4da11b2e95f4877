/** What a key may look like. Checked before a key meets a file system or a remote store. */
import { InvalidInputError } from '#kernel/errors';

const segment = /^[a-z0-9_-][a-z0-9._-]*$/;
const longestSegment = 100;
const mostSegments = 12;

function isSegment(text: string): boolean {
  return text.length <= longestSegment && segment.test(text);
}

/**
 * Takes a key apart into its folders and its name; throws `InvalidInputError` for anything that is not
 * 1 to 12 slash-separated segments of 1 to 100 of `[a-z0-9._-]`, none of which begins with a dot.
 */
export function keySegments(key: string): string[] {
  const segments = key.split('/');
  if (segments.length <= mostSegments && segments.every(isSegment)) return segments;
  throw new InvalidInputError('key', 'must be slash-separated names of a-z, 0-9, dot, dash, underscore');
}

/** A prefix taken apart: whole folders, then the beginning of a name (may be empty). Throws as `keySegments`. */
export function prefixSegments(prefix: string): { folders: string[]; start: string } {
  const folders = prefix.split('/');
  const start = folders.pop() ?? '';
  if (folders.length > 0) keySegments(folders.join('/'));
  if (start !== '') keySegments(start);
  return { folders, start };
}
