import type { JobDetail } from '#services/jobs/contract';
import { Button } from '../../shared/ui/button.tsx';
import { ConfirmButton } from '../../shared/ui/confirm-button.tsx';
import type { JobAct } from './api/direct-jobs.ts';
import { triedText } from './job-words.ts';
import { momentText } from './moment.ts';

/** A job, and what does things with it. */
export interface JobRowProps {
  readonly job: JobDetail;
  readonly direct: (act: JobAct) => void;
}

/** A job with its fault, its payload at a press, and what can be done with it. */
export function JobRow({ job, direct }: JobRowProps) {
  const { id, name, state, createdAt, runAfter, error, payload, result, priority } = job;
  return (
    <li class="parked">
      <div>
        <p class="parked-cause">{error ?? `${name} ${id}`}</p>
        <p class="lead">
          {name} {id} · priority {priority} · {triedText(job)} · from{' '}
          <time dateTime={new Date(createdAt).toISOString()}>{momentText(createdAt)}</time>
          {state === 'pending' && runAfter > createdAt && ` · not before ${momentText(runAfter)}`}
        </p>
        <details class="payload">
          <summary>What it carries</summary>
          <pre>{JSON.stringify(result === null ? payload : { payload, result }, undefined, 2)}</pre>
        </details>
      </div>
      <div class="migration-acts">
        {state === 'failed' && (
          <Button aria-label={`Retry ${name} ${id}`} onClick={() => direct({ act: 'retry', ids: [id] })}>
            Retry
          </Button>
        )}
        <ConfirmButton
          label="Delete"
          question="Forget it?"
          onConfirm={() => direct({ act: 'delete', ids: [id] })}
        />
      </div>
    </li>
  );
}
