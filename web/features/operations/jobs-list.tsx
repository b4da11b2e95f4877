import { useInfiniteQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import type { QueueView } from '#services/jobs/contract';
import { useApi } from '../../shared/api/api.ts';
import { uniqueById } from '../../shared/api/pages.ts';
import { Button } from '../../shared/ui/button.tsx';
import { MoreButton } from '../../shared/ui/more-button.tsx';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { useDebounced } from '../../shared/ui/use-debounced.ts';
import { useDirectJobs } from './api/direct-jobs.ts';
import { type JobFilter, jobsQuery } from './api/get-jobs.ts';
import { JobRow } from './job-row.tsx';

/** The names that there are. */
export interface JobsListProps {
  readonly queues: readonly QueueView[];
}

interface FilterProps extends JobsListProps {
  readonly filter: JobFilter;
  readonly onChange: (filter: JobFilter) => void;
}

/** What is looked at first: jobs that somebody must look after. */
export const firstFilter: JobFilter = { state: 'failed', name: '', payload: '' };

const states: readonly [JobFilter['state'], string][] = [
  ['failed', 'Failed for good'],
  ['pending', 'Waiting'],
  ['running', 'Running'],
  ['done', 'Done'],
];

const pauseMs = 300;

function Filter({ queues, filter, onChange }: FilterProps) {
  return (
    <search class="job-filter">
      <label>
        State
        <select
          value={filter.state}
          onChange={(event) =>
            onChange({ ...filter, state: event.currentTarget.value as JobFilter['state'] })
          }
        >
          {states.map(([state, label]) => (
            <option key={state} value={state}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Job
        <select
          value={filter.name}
          onChange={(event) => onChange({ ...filter, name: event.currentTarget.value })}
        >
          <option value="">any</option>
          {queues.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Carries
        <input
          type="search"
          maxLength={500}
          placeholder="text, * for any"
          value={filter.payload}
          onInput={(event) => onChange({ ...filter, payload: event.currentTarget.value })}
        />
      </label>
    </search>
  );
}

/** Jobs in a state, of a name, with a text in what they carry. */
export function JobsList({ queues }: JobsListProps) {
  const [filter, setFilter] = useState(firstFilter);
  const query = useInfiniteQuery(jobsQuery(useApi(), useDebounced(filter, pauseMs)));
  const { mutate } = useDirectJobs();
  const jobs = uniqueById(query.data?.pages.flatMap(({ items }) => items) ?? []);
  const isRetriable = filter.state === 'failed' && filter.name !== '' && filter.payload === '';
  return (
    <>
      <Filter queues={queues} filter={filter} onChange={setFilter} />
      {isRetriable && jobs.length > 0 && (
        <Button onClick={() => mutate({ act: 'retry', name: filter.name })}>
          Retry all that failed of {filter.name}
        </Button>
      )}
      {query.data && jobs.length === 0 && !query.hasNextPage && <p class="lead">There are none.</p>}
      <ul class="parked-list" aria-label="Jobs">
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} direct={mutate} />
        ))}
      </ul>
      {!query.data && query.isError && <ErrorNote error={query.error} />}
      <MoreButton query={query} />
    </>
  );
}
