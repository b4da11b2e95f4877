/** Acknowledging: the most frequent change of all, so many of them are two statements. */
import { TooLargeError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { mostBytes } from '../validate.ts';
import type { Answer } from './pool.ts';
import { idList, text } from './rows.ts';
import { stages } from './schema.ts';
import type { Write } from './writer.ts';

/** A job that is done. */
interface Done {
  readonly id: string;
  readonly lease: string;
  readonly result: JsonObject;
}

/** The jobs whose lease holds: told, and held for the change behind it. */
function together(table: string, parts: readonly string[], now: number): Write<readonly boolean[]> {
  const given = `json_table(${text(`[${parts.join()}]`)}, '$[*]' columns (
    id bigint path '$[0]', lease char(36) path '$[1]', result longtext path '$[2]')) given`;
  const held = `j.stage = ${stages.running} and j.due_at > ${now} and j.lease = given.lease`;
  const answer = ([found]: readonly Answer[]): boolean[] => {
    const ids = new Set((found?.rows ?? []).map(({ id }) => Number(id)));
    // A job that is acknowledged twice at once is done once.
    return parts.map((part) => ids.delete(Number((JSON.parse(part) as [number])[0])));
  };
  return {
    statements: [
      `select j.id from ${given} straight_join ${table} j on j.id = given.id where ${held} for update`,
      `update ${given} straight_join ${table} j on j.id = given.id set j.stage = ${stages.done},
        j.result = given.result, j.error = null, j.lease = null, j.active_key = null, j.updated_at = ${now}
        where ${held}`,
    ],
    answer,
  };
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The write that makes a job done while its lease holds; answers whether it did. */
export function acknowledging(table: string, { id, lease, result }: Done, now: number): Write<boolean> {
  // What comes out of a table of JSON may be of a poorer character set.
  const written = JSON.stringify(result).replace(/[^\0-\x7e]/g, escaped);
  if (Buffer.byteLength(written) > mostBytes)
    throw new TooLargeError('result', 'must be at most 4 MiB as JSON');
  const part = JSON.stringify([Number(idList([id])), lease, written]);
  return {
    statements: [part],
    answer: () => false,
    merge: {
      kind: 'acknowledge',
      parts: [part],
      together: (parts) => together(table, parts, now),
      share: ([isHeld]) => isHeld === true,
    },
  };
}
