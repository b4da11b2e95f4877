/** Looking for jobs, whatever stores them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidInputError } from '#kernel/errors';
import type { JobScan } from './port.ts';

/** What a scan looks at. */
interface ScannedRow {
  readonly id: number;
  readonly name: string;
  readonly priority: number;
  /** JSON. */
  readonly payload: string;
}

/** How many rows are read at once, and in all. */
const looks = { page: 250, most: 5000 } as const;
const longestPattern = 500;

/** Whether the parts stand in a text in their order; linear in its length. */
function holds(text: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

function matcher({ name, priority, payload }: JobScan): (row: ScannedRow) => boolean {
  const parts = (payload ?? '').split('*').filter((part) => part !== '');
  return (row) =>
    (name === undefined || row.name === name) &&
    (priority === undefined || row.priority === priority) &&
    holds(row.payload, parts);
}

function requireScan({ limit, before, payload }: JobScan): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new InvalidInputError('limit', 'must be a whole number from 1 to 1000');
  if (before !== undefined && !/^\d{1,16}$/.test(before))
    throw new InvalidInputError('cursor', 'must be a cursor that this list gave');
  if ((payload ?? '').length > longestPattern)
    throw new InvalidInputError('payload', `must be at most ${longestPattern} characters`);
}

/** A page of what matches. `fetch` reads rows of the state, newest first, that are older than an id. */
export async function scanRows<R extends ScannedRow>(
  scan: JobScan,
  fetch: (before: number, count: number) => R[] | Promise<R[]>,
): Promise<{ rows: R[]; next: string | null }> {
  requireScan(scan);
  const matches = matcher(scan);
  const found: R[] = [];
  let before = scan.before === undefined ? Number.MAX_SAFE_INTEGER : Number(scan.before);
  for (let looked = 0; looked < looks.most; looked += looks.page) {
    const rows = await fetch(before, looks.page);
    for (const row of rows) {
      before = row.id;
      if (matches(row)) found.push(row);
      if (found.length === scan.limit) return { rows: found, next: String(before) };
    }
    if (rows.length < looks.page) return { rows: found, next: null };
    await nextTurn();
  }
  return { rows: found, next: String(before) };
}
