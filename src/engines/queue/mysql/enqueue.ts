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

/** Statements that store a run of jobs, and how many ids they make: neighbours, the first of which is told. */
interface Step {
  readonly statements: string[];
  readonly count: number;
}

function keyedStep(database: string, job: NewJob, now: number): Step {
  const free = `update ${database}.jobs set stage = ${stages.failed}, active_key = null, lease = null, updated_at = ${now},
    error = 'the worker stopped before this was done'
    where active_key = ${keyOf(job)} and stage = ${stages.running} and due_at <= ${now} and attempts_left = 0`;
  const insert = `insert into ${database}.jobs ${columns} values ${valuesOf(job, now)}
    on duplicate key update id = last_insert_id(id)`;
  return { statements: [free, insert, 'select last_insert_id() as id'], count: 1 };
}

function plainStep(database: string, jobs: readonly NewJob[], now: number): Step {
  const values = jobs.map((job) => valuesOf(job, now)).join(', ');
  const insert = `insert into ${database}.jobs ${columns} values ${values}`;
  return { statements: [insert, 'select last_insert_id() as id'], count: jobs.length };
}

function stepsOf(database: string, jobs: readonly NewJob[], now: number): Step[] {
  const steps: Step[] = [];
  let plain: NewJob[] = [];
  const flush = () => {
    if (plain.length > 0) steps.push(plainStep(database, plain, now));
    plain = [];
  };
  for (const job of jobs) {
    if (job.deduplicationKey === undefined) {
      plain.push(job);
      if (plain.length === mostRows) flush();
    } else {
      flush();
      steps.push(keyedStep(database, job, now));
    }
  }
  flush();
  return steps;
}

/** The write that stores jobs; answers their ids in the order given. InnoDB numbers the rows of one statement without gaps. */
export function enqueueing(database: string, jobs: readonly NewJob[], now: number): Write<string[]> {
  const steps = stepsOf(database, jobs, now);
  return {
    statements: steps.flatMap(({ statements }) => statements),
    answer(answers) {
      const ids: string[] = [];
      let at = -1;
      for (const { statements, count } of steps) {
        at += statements.length;
        const first = Number(answers[at]?.rows[0]?.['id']);
        for (let i = 0; i < count; i += 1) ids.push(String(first + i));
      }
      return ids;
    },
  };
}
