import type { Job, JobState, QueuePolicy, QueueRate } from '#engines/queue/port';
import { InvalidInputError, NotFoundError } from '#kernel/errors';
import type { Json } from '#kernel/json';
import type { Command } from '../command.ts';
import { jobText, policyText, queuesText } from './jobs-text.ts';

type Input = Parameters<Command>[0];

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
const textIn = (value: Json | undefined) => (typeof value === 'string' ? value : undefined);
const numberIn = (value: Json | undefined) => (typeof value === 'number' ? value : undefined);
const idsIn = ({ ids }: Input): string[] => (Array.isArray(ids) ? ids.map(String) : []);
const defaultLimit = 50;
const mostPages = 1000;

/** `pinakes jobs list`: `{"jobs": [{"id", "name", "state", "payload", …}], "next"}`; `next` is null when that is all. */
export const jobsList: Command = async (input, { app, signal }) => {
  const limit = numberIn(input['limit']) ?? defaultLimit;
  const wanted = {
    state: String(input['state'] ?? 'failed') as JobState,
    name: textIn(input['name']),
    priority: numberIn(input['priority']),
    payload: textIn(input['payload']),
  };
  const found: Job[] = [];
  let before: string | undefined;
  for (let page = 0; page < mostPages && !signal.aborted; page += 1) {
    const { items, next } = await app.services.jobs.scan({ ...wanted, before, limit: limit - found.length });
    found.push(...items);
    before = next ?? undefined;
    if (next === null || found.length >= limit) break;
  }
  const lines = found.map(jobText);
  return {
    json: { jobs: asJson(found), next: before ?? null },
    text: lines.length > 0 ? lines.join('\n') : 'there are none',
    exitCode: 0,
  };
};

/** `pinakes jobs show ID`: the job. */
export const jobsShow: Command = async (input, { app }) => {
  const job = await app.services.jobs.get(String(input['id']));
  if (!job) throw new NotFoundError('job');
  return { json: asJson(job), text: JSON.stringify(job, undefined, 2), exitCode: 0 };
};

/** `pinakes jobs stats`: `{"queues": […]}`. */
export const jobsStats: Command = async (_input, { app }) => {
  const queues = await app.services.jobs.queues();
  return { json: { queues: asJson(queues) }, text: queuesText(queues, Date.now()), exitCode: 0 };
};

/** `pinakes jobs retry`: `{"retried"}`. */
export const jobsRetry: Command = async (input, { app }) => {
  const { jobs } = app.services;
  const ids = idsIn(input);
  const retried = ids.length > 0 ? await jobs.retry(ids) : await jobs.retryFailed(textIn(input['name']));
  return { json: { retried }, text: `${retried} back to pending`, exitCode: 0 };
};

/** `pinakes jobs delete`: `{"deleted"}`; exit code 1 when some were not there. */
export const jobsDelete: Command = async (input, { app }) => {
  const ids = new Set(idsIn(input));
  const deleted = await app.services.jobs.remove([...ids]);
  return { json: { deleted }, text: `${deleted} forgotten`, exitCode: deleted === ids.size ? 0 : 1 };
};

function directed(change: (input: Input) => Partial<QueuePolicy>): Command {
  return async (input, { app }) => {
    const name = String(input['name']);
    const policy = await app.services.jobs.setPolicy(name, change(input));
    return { json: { name, ...asJsonObject(policy) }, text: `${name}: ${policyText(policy)}`, exitCode: 0 };
  };
}

const asJsonObject = (policy: QueuePolicy) => asJson(policy) as { [key: string]: Json };

/** `pinakes jobs pause NAME`: `{"name", "isPaused", "concurrency", "rate"}`. */
export const jobsPause = directed(() => ({ isPaused: true }));

/** `pinakes jobs resume NAME`: the same. */
export const jobsResume = directed(() => ({ isPaused: false }));

function rateIn({ rate, burst }: Input): { rate?: QueueRate | null } {
  if (rate === null) return { rate };
  if (typeof rate === 'number')
    return { rate: { perSecond: rate, burst: numberIn(burst) ?? Math.ceil(rate) } };
  if (burst !== undefined) throw new InvalidInputError('burst', 'needs a rate');
  return {};
}

/** `pinakes jobs limit NAME`: the same. */
export const jobsLimit = directed((input) => {
  const { concurrency } = input;
  const isGiven = typeof concurrency === 'number' || concurrency === null;
  return { ...rateIn(input), ...(isGiven && { concurrency }) };
});

/** `pinakes jobs drain NAME`: `{"drained", "running"}`; exit code 1 when some were still in hand at the end of the wait. */
export const jobsDrain: Command = async (input, { app }) => {
  const seconds = numberIn(input['timeout']) ?? 60;
  const outcome = await app.services.jobs.drainQueue(String(input['name']), seconds * 1000);
  const { drained, running } = outcome;
  const text = drained
    ? 'nothing is in hand; it stays paused'
    : `${running} still in hand; nothing more is begun`;
  return { json: { ...outcome }, text, exitCode: drained ? 0 : 1 };
};
