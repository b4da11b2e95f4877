/** Storing new jobs, each deduplication key once. Runs inside a transaction of the caller. */
import { reclaimExpired } from './claim.ts';
import { mostShards } from './job-shard.ts';
import type { NewJob } from './port.ts';
import type { Prepared } from './prepared.ts';

const insert = `insert into jobs
  (id, name, payload, priority, stage, attempts, attempts_left, run_after, created_at, updated_at, deduplication_key)
  values (?8, ?1, ?2, ?3, iif(?4 <= ?5, 'ready', 'delayed'), ?6, ?6, ?4, ?5, ?5, ?7)
  on conflict do nothing returning id`;

const active = `select id from jobs
  where name = ? and deduplication_key = ? and stage in ('delayed', 'ready', 'running')`;

const last = `select seq from sqlite_sequence where name = 'jobs'`;

/** The next id that is shard `number`'s own; a new file's begin above all of files that had no number. */
function idOf(prepared: Prepared, number: number | undefined, now: number): number | null {
  if (number === undefined) return null;
  const before = Number(prepared(last).get()?.['seq'] ?? now);
  return before + mostShards - ((before - number - 1) % mostShards);
}

/** Where and when to store jobs; `number` is that of a shard, undefined where there is one queue only. */
interface Place {
  readonly prepared: Prepared;
  readonly number: number | undefined;
  readonly now: number;
}

/** Stores a job unless one of its name and key is pending or running; answers the id of the job that there is. */
export function insertJob({ prepared, number, now }: Place, job: NewJob, payload: string): string {
  const key = job.deduplicationKey ?? null;
  const add = (): unknown =>
    prepared(insert).get(
      ...[job.name, payload, job.priority ?? 0, job.runAfter ?? now, now, job.attempts, key],
      idOf(prepared, number, now),
    )?.['id'];
  const id = add();
  if (id !== undefined) return String(id);
  // A dead worker's job without attempts left must not stand in the way of a new one.
  reclaimExpired(prepared, job.name, now);
  return String(prepared(active).get(job.name, key)?.['id'] ?? add());
}
