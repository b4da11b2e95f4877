/** Jobs that go to other shards, and those that come. */
import { type MovingJob, movingOf } from '../job-shard.ts';
import type { QueuePool, Run } from './pool.ts';
import { idList, text } from './rows.ts';
import { stages } from './schema.ts';

/** Pending jobs of a name, the best first. */
export async function waitingJobs(
  pool: QueuePool,
  database: string,
  name: string,
  limit: number,
): Promise<MovingJob[]> {
  const [answer] = await pool.read([
    `select id, payload, urgency, attempts, attempts_left, run_after, created_at, updated_at, error,
      lower(hex(key_hash)) as key_hash from ${database}.jobs
      where name = ${text(name)} and stage in (${stages.delayed}, ${stages.ready}) order by urgency, id limit ${limit}`,
  ]);
  return (answer?.rows ?? []).map((row) => ({
    ...movingOf(row),
    name,
    priority: 0 - Number(row['urgency']),
    key: null,
    keyHash: row['key_hash'] as string | null,
  }));
}

function valuesOf(job: MovingJob, now: number): string {
  const { id, name, payload, priority, attempts, attemptsLeft, runAfter, createdAt, updatedAt } = job;
  const stage = runAfter <= now ? stages.ready : stages.delayed;
  const error = job.error === null ? 'null' : text(job.error);
  return `${idList([id])}, ${text(name)}, ${text(payload)}, ${0 - priority}, ${stage}, ${attempts}, ${attemptsLeft},
    ${runAfter}, ${createdAt}, ${updatedAt}, ${runAfter}, ${error}`;
}

/** Once with its key; where that was ignored, since the key is taken, without; where that is too, it was there already. */
function adopting(database: string, job: MovingJob, now: number): string[] {
  const key = job.keyHash === null ? 'null' : `x'${job.keyHash}'`;
  const insert = (
    keys: string,
  ) => `insert ignore into ${database}.jobs (id, name, payload, urgency, stage, attempts,
    attempts_left, run_after, created_at, updated_at, due_at, error, key_hash, active_key)
    values (${valuesOf(job, now)}, ${keys})`;
  return [insert(`${key}, ${key}`), ...(job.keyHash === null ? [] : [insert('null, null')])];
}

/** Stores jobs under their ids unless they are there; answers the ids that are there then. */
export async function adoptJobs(
  run: Run,
  database: string,
  jobs: readonly MovingJob[],
  now: number,
): Promise<string[]> {
  const answers = await run([
    'begin',
    ...jobs.flatMap((job) => adopting(database, job, now)),
    `select id, name, created_at from ${database}.jobs where id in (${idList(jobs.map(({ id }) => id))})`,
    'commit',
  ]);
  const stored = new Map((answers.at(-2)?.rows ?? []).map((row) => [String(row['id']), row]));
  // Ids of the time before numbers may be another job's.
  const isSame = ({ id, name, createdAt }: MovingJob) =>
    stored.get(id)?.['name'] === name && Number(stored.get(id)?.['created_at']) === createdAt;
  return jobs.filter(isSame).map(({ id }) => id);
}
