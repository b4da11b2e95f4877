import type { QueueView } from '#services/jobs/contract';
import { Button } from '../../shared/ui/button.tsx';
import { useDirectJobs } from './api/direct-jobs.ts';
import { wholeText } from './figures.ts';
import { limitsText, spanOf } from './job-words.ts';
import { type Column, SortTable } from './sort-table.tsx';

/** Queues at a moment, in milliseconds. */
export interface QueuesTableProps {
  readonly queues: readonly QueueView[];
  readonly now: number;
}

interface Row {
  readonly name: string;
  readonly due: number;
  readonly later: number;
  readonly running: number;
  readonly age: number;
  readonly done: number;
  readonly failures: number;
  readonly failed: number;
  readonly paused: number;
  readonly queue: QueueView;
}

type Key = Exclude<keyof Row, 'queue'>;

function rowOf(queue: QueueView, now: number): Row {
  const { name, due, pending, running, failed, oldestDue, perMinute, policy } = queue;
  return {
    name,
    due,
    later: pending - due,
    running,
    age: oldestDue === null ? 0 : Math.max(0, now - oldestDue),
    done: perMinute.done,
    failures: perMinute.failed + perMinute.retried,
    failed,
    paused: policy.isPaused ? 1 : 0,
    queue,
  };
}

function PauseButton({ queue: { name, policy } }: { readonly queue: QueueView }) {
  const { mutate, isPending } = useDirectJobs();
  const act = policy.isPaused ? 'resume' : 'pause';
  return (
    <Button
      isBusy={isPending}
      aria-label={`${policy.isPaused ? 'Resume' : 'Pause'} ${name}`}
      onClick={() => mutate({ act, name })}
    >
      {policy.isPaused ? 'Resume' : 'Pause'}
    </Button>
  );
}

function RunningCell({ queue }: { readonly queue: QueueView }) {
  const limits = limitsText(queue);
  const slots = queue.slots === null ? '' : ` of ${queue.slots}`;
  return (
    <>
      {wholeText(queue.running)}
      {slots}
      {limits && <small class="queue-limits">{limits}</small>}
    </>
  );
}

const columns: readonly Column<Key, Row>[] = [
  { key: 'name', label: 'Job', isText: true, show: ({ name }) => name },
  { key: 'due', label: 'Waiting', show: ({ due }) => wholeText(due) },
  { key: 'age', label: 'Oldest', show: ({ age, due }) => (due === 0 ? '' : spanOf(age)) },
  { key: 'later', label: 'Later', show: ({ later }) => wholeText(later) },
  { key: 'running', label: 'Running', show: ({ queue }) => <RunningCell queue={queue} /> },
  { key: 'done', label: 'Done a minute', show: ({ done }) => wholeText(done) },
  { key: 'failures', label: 'Failures a minute', show: ({ failures }) => wholeText(failures) },
  {
    key: 'failed',
    label: 'Failed for good',
    show: ({ failed }) => <span class={failed > 0 ? 'is-alarming' : ''}>{wholeText(failed)}</span>,
  },
  { key: 'paused', label: 'Begins', show: ({ queue }) => <PauseButton queue={queue} /> },
];

/** Depth, age, rates and failures of each kind of job, and the switch that holds it. */
export function QueuesTable({ queues, now }: QueuesTableProps) {
  return (
    <SortTable
      caption="Each kind of job"
      columns={columns}
      rows={queues.map((queue) => rowOf(queue, now))}
      idOf={({ name }) => name}
      start={{ by: 'name', isDescending: false }}
    />
  );
}
