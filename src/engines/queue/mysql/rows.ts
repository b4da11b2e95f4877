/** Jobs as rows of MySQL, and back; values as SQL. */
import mysql from 'mysql2/promise';
import { TooLargeError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { keyHashOf } from '../key.ts';
import type { JobState, NewJob } from '../port.ts';
import { type JobRow, stagesOf } from '../rows.ts';
import type { Stage } from '../schema.ts';
import { mostBytes } from '../validate.ts';
import { stages } from './schema.ts';

/** The columns that `rowOf` reads. */
export const columns =
  'id, name, payload, urgency, stage, attempts, attempts_left, run_after, created_at, updated_at, error, result, lease';

const names = Object.keys(stages) as Stage[];

/** A stored number as a stage. */
export const stageAt = (value: unknown): Stage => names[Number(value)] ?? 'failed';

/** The numbers of a state's stages, for `in (…)`. */
export const numbersOf = (state: JobState): number[] => stagesOf(state).map((stage) => stages[stage]);

/** A row as SQLite's queue has it. */
export function rowOf({ urgency, stage, ...row }: Readonly<Record<string, unknown>>): JobRow {
  return { ...row, priority: 0 - Number(urgency), stage: stageAt(stage) } as unknown as JobRow;
}

/** A string as SQL. */
export const text = (value: string): string => mysql.escape(value);

/** JSON as SQL. Throws `TooLargeError` above 4 MiB. */
export function json(value: JsonObject, field: string): string {
  const written = JSON.stringify(value);
  if (Buffer.byteLength(written) > mostBytes) throw new TooLargeError(field, 'must be at most 4 MiB as JSON');
  return text(written);
}

/** A job's key as SQL, whatever its length; null when it has none. */
export function keyOf({ name, deduplicationKey }: NewJob): string {
  return deduplicationKey === undefined ? 'null' : `x'${keyHashOf(name, deduplicationKey)}'`;
}

/** Those ids that can be ids, for `in (…)`; never empty. */
export function idList(ids: readonly string[]): string {
  const known = ids.filter((id) => /^\d{1,15}$/.test(id));
  return known.length === 0 ? '0' : known.join();
}
