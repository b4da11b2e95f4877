/** Jobs in words. */
import type { Job, QueuePolicy } from '#engines/queue/port';
import type { QueueView } from '#services/jobs/contract';
import { tableOf } from '../table.ts';

const longestPayload = 120;

function cut(text: string): string {
  return text.length > longestPayload ? `${text.slice(0, longestPayload)}…` : text;
}

/** A job in one line, or two when it failed. */
export function jobText({ id, name, state, attempts, attemptsLeft, payload, error }: Job): string {
  const tried = `tried ${attempts - attemptsLeft} of ${attempts}`;
  const line = `${id}  ${name}  ${state}, ${tried}  ${cut(JSON.stringify(payload))}`;
  return error === null ? line : `${line}\n    ${error}`;
}

/** "paused, 2 at once, 5 a second (burst 10)". */
export function policyText({ isPaused, concurrency, rate }: QueuePolicy): string {
  return [
    isPaused ? 'paused' : 'runs',
    ...(concurrency === null ? [] : [`${concurrency} at once`]),
    ...(rate === null ? [] : [`${rate.perSecond} a second (burst ${rate.burst})`]),
  ].join(', ');
}

function ageText(since: number | null, now: number): string {
  return since === null ? '' : `${Math.max(0, Math.round((now - since) / 1000))} s`;
}

/** A table of all queues. */
export function queuesText(queues: readonly QueueView[], now: number): string {
  const rows = queues.map(({ name, due, pending, running, failed, oldestDue, perMinute, policy }) => [
    name,
    String(due),
    String(pending - due),
    String(running),
    String(failed),
    ageText(oldestDue, now),
    String(perMinute.done),
    policyText(policy),
  ]);
  const head = ['name', 'due', 'later', 'running', 'failed', 'oldest', 'done/min', 'policy'];
  return rows.length > 0 ? tableOf(head, rows).join('\n') : 'there are no jobs';
}
