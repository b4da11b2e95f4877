/** Storing new jobs, each deduplication key once. */
import type { NewJob } from '../port.ts';
import { json, keyOf, text } from './rows.ts';
import { stages } from './schema.ts';
import type { Write } from './writer.ts';

const columns = `(name, payload, urgency, stage, attempts, attempts_left, run_after, created_at, updated_at, due_at,
  key_hash, active_key)`;
const mostRows = 200;

function valuesOf(job: NewJob, now: number): string {
  const { name, payload, priority = 0, runAfter = now, attempts } = job;
  const stage = runAfter <= now ? stages.ready : stages.delayed;
  const key = keyOf(job);
  return `(${text(name)}, ${json(payload, 'payload')}, ${0 - priority}, ${stage}, ${attempts}, ${attempts},
    ${runAfter}, ${now}, ${now}, ${runAfter}, ${key}, ${key})`;
}

/** One job of a key: the id of the one that there is, which a dead worker's without attempts left is not. */
function keyed(database: string, job: NewJob, now: number): string[] {
  const free = `update ${database}.jobs set stage = ${stages.failed}, active_key = null, lease = null, updated_at = ${now},
    error = 'the worker stopped before this was done'
    where active_key = ${keyOf(job)} and stage = ${stages.running} and due_at <= ${now} and attempts_left = 0`;
  const insert = `insert into ${database}.jobs ${columns} values ${valuesOf(job, now)}
    on duplicate key update id = last_insert_id(id)`;
  return [free, insert, 'select last_insert_id() as id'];
}

/** The database, and how far apart the ids are that it gives. */
interface Place {
  readonly database: string;
  readonly increment: number;
}

/** Rows in as few statements as packets allow. InnoDB numbers the rows of one statement without gaps. */
function inserting({ database, increment }: Place, rows: readonly string[]): Write<readonly unknown[]> {
  const chunks = Array.from({ length: Math.ceil(rows.length / mostRows) }, (_, i) =>
    rows.slice(i * mostRows, (i + 1) * mostRows),
  );
  return {
    statements: chunks.flatMap((chunk) => [
      `insert into ${database}.jobs ${columns} values ${chunk.join(', ')}`,
      'select last_insert_id() as id',
    ]),
    answer: (answers) =>
      chunks.flatMap((chunk, i) => {
        const first = Number(answers[2 * i + 1]?.rows[0]?.['id']);
        return chunk.map((_, n) => String(first + n * increment));
      }),
  };
}

/** The write that stores jobs; answers their ids in the order given. Jobs without keys share statements with those of others. */
export function enqueueing(place: Place, jobs: readonly NewJob[], now: number): Write<string[]> {
  if (jobs.some(({ deduplicationKey }) => deduplicationKey !== undefined)) {
    const each = jobs.map((job) => keyed(place.database, job, now));
    return {
      statements: each.flat(),
      answer: (answers) => jobs.map((_, i) => String(answers[3 * i + 2]?.rows[0]?.['id'])),
    };
  }
  const parts = jobs.map((job) => valuesOf(job, now));
  return {
    statements: parts,
    answer: () => [],
    merge: {
      kind: 'insert',
      parts,
      together: (rows) => inserting(place, rows),
      share: (answers) => answers as string[],
    },
  };
}
