/** The Range header (RFC 9110, section 14), single ranges. */

/** A half-open range of bytes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The range asked for; undefined for the whole (no header, several ranges, a malformed header, or an If-Range that does
 * not match); 'unsatisfiable' when it starts behind the end.
 */
export function parseRange(
  header: string | undefined,
  size: number,
  ifRange: string | undefined,
  etag: string,
): Range | 'unsatisfiable' | undefined {
  if (header === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') {
    const last = Number(to);
    return last === 0 ? 'unsatisfiable' : { start: Math.max(0, size - last), end: size };
  }
  const start = Number(from);
  const end = to === '' ? size : Math.min(size, Number(to) + 1);
  if (start >= size) return 'unsatisfiable';
  return start < end ? { start, end } : undefined;
}
