/** Jobs as rows, and back. */
import type { JsonObject } from '#kernel/json';
import type { Job, JobState, LeasedJob } from './port.ts';
import type { Stage } from './schema.ts';

/** The columns that `toJob` reads. */
export const columns =
  'id, name, payload, priority, stage, attempts, attempts_left, run_after, created_at, updated_at, error, result, lease';

/** A row of `columns`. */
export type JobRow = {
  readonly id: number;
  readonly name: string;
  readonly payload: string;
  readonly priority: number;
  readonly stage: Stage;
  readonly attempts: number;
  readonly attempts_left: number;
  readonly run_after: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly error: string | null;
  readonly result: string | null;
  readonly lease: string | null;
};

/** The state that a stage belongs to. */
export const stateOf = (stage: Stage): JobState =>
  stage === 'delayed' || stage === 'ready' ? 'pending' : stage;

/** The stages of a state. */
export const stagesOf = (state: JobState): Stage[] => (state === 'pending' ? ['delayed', 'ready'] : [state]);

/** A row as a job. */
export function toJob(row: JobRow): Job {
  return {
    id: String(row.id),
    name: row.name,
    payload: JSON.parse(row.payload) as JsonObject,
    priority: row.priority,
    state: stateOf(row.stage),
    attempts: row.attempts,
    attemptsLeft: row.attempts_left,
    runAfter: row.run_after,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    error: row.error,
    result: row.result === null ? null : (JSON.parse(row.result) as JsonObject),
  };
}

/** A claimed row as a leased job. */
export const toLeased = (row: JobRow): LeasedJob => ({ ...toJob(row), lease: row.lease ?? '' });
