/** Jobs of a SQLite file that go to other shards, and those that come. Runs inside a transaction of the caller. */
import { type MovingJob, movingOf } from './job-shard.ts';
import { keyHashOf } from './key.ts';
import type { Prepared } from './prepared.ts';

const waiting = `select id, name, payload, priority, attempts, attempts_left, run_after, created_at, updated_at, error,
  deduplication_key from jobs where stage in ('delayed', 'ready') and name = ? order by priority desc, id limit ? + 0`;

const adopt = `insert into jobs
  (id, name, payload, priority, stage, attempts, attempts_left, run_after, created_at, updated_at, error, deduplication_key)
  values (?1, ?2, ?3, ?4, iif(?7 <= ?12, 'ready', 'delayed'), ?5, ?6, ?7, ?8, ?9, ?10, ?11) on conflict do nothing`;

const isThere = 'select 1 from jobs where id = ? and name = ? and created_at = ?';

/** Pending jobs of a name, the best first. */
export function waitingJobs(prepared: Prepared, name: string, limit: number): MovingJob[] {
  return prepared(waiting)
    .all(name, limit)
    .map((row) => {
      const key = row['deduplication_key'] as string | null;
      return {
        ...movingOf(row),
        name,
        priority: Number(row['priority']),
        key,
        keyHash: key === null ? null : keyHashOf(name, key),
      };
    });
}

/** Stores a job under its id unless it is there; answers whether it is there now. */
export function adoptJob(prepared: Prepared, job: MovingJob, now: number): boolean {
  const { id, name, payload, priority, attempts, attemptsLeft, runAfter, createdAt, updatedAt, error } = job;
  const add = (key: string | null) =>
    prepared(adopt).run(
      ...[Number(id), name, payload, priority, attempts, attemptsLeft],
      ...[runAfter, createdAt, updatedAt, error, key, now],
    ).changes > 0;
  const has = () => prepared(isThere).get(Number(id), name, createdAt) !== undefined;
  return add(job.key) || has() || add(null);
}
