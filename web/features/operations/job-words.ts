/** Jobs in words. */
import type { JobDetail, QueueView } from '#services/jobs/contract';

/** "now", "40 s", "12 min", "3 h", "5 days": how long, short enough for a column. */
export function spanOf(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return 'now';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** "2 at once · 5 a second", or nothing. */
export function limitsText({ policy: { concurrency, rate } }: QueueView): string {
  return [
    ...(concurrency === null ? [] : [`${concurrency} at once`]),
    ...(rate === null ? [] : [`${rate.perSecond} a second`]),
  ].join(' · ');
}

/** "tried 2 of 5 times". */
export function triedText({ attempts, attemptsLeft }: JobDetail): string {
  return `tried ${attempts - attemptsLeft} of ${attempts} times`;
}

/** The figures of all queues together. */
export function sumOf(queues: readonly QueueView[]) {
  const sum = (pick: (queue: QueueView) => number) => queues.reduce((total, queue) => total + pick(queue), 0);
  const oldest = queues.flatMap(({ oldestDue }) => (oldestDue === null ? [] : [oldestDue]));
  const asked = sum(({ dequeues }) => dequeues.all);
  return {
    due: sum(({ due }) => due),
    later: sum(({ pending, due }) => pending - due),
    running: sum(({ running }) => running),
    failed: sum(({ failed }) => failed),
    done: sum(({ perMinute }) => perMinute.done),
    oldestDue: oldest.length === 0 ? null : Math.min(...oldest),
    inVain: asked === 0 ? 0 : sum(({ dequeues }) => dequeues.empty) / asked,
  };
}
