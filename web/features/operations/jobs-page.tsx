import { useQuery } from '@tanstack/preact-query';
import type { QueueView } from '#services/jobs/contract';
import { useApi } from '../../shared/api/api.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { jobsQuery } from './api/get-jobs.ts';
import { queuesQuery } from './api/get-queues.ts';
import { percentText, shortText } from './figures.ts';
import { spanOf, sumOf } from './job-words.ts';
import { firstFilter, JobsList } from './jobs-list.tsx';
import { OperationsFrame } from './operations-frame.tsx';
import { QueuesTable } from './queues-table.tsx';
import { type Total, Totals } from './totals.tsx';

const title = 'Jobs';

function totalsOf(queues: readonly QueueView[], now: number): Total[] {
  const { due, later, running, failed, done, oldestDue, inVain } = sumOf(queues);
  return [
    { name: 'Waiting', figure: shortText(due), note: later > 0 ? `${shortText(later)} more for later` : '' },
    { name: 'The oldest waits', figure: oldestDue === null ? '–' : spanOf(now - oldestDue) },
    { name: 'Running', figure: shortText(running) },
    { name: 'Done in a minute', figure: shortText(done), note: `${percentText(inVain)} of dequeues in vain` },
    { name: 'Failed for good', figure: shortText(failed), isAlarming: failed > 0 },
  ];
}

/** Slow work: how much of it waits, how it goes, what failed and why. */
export function Page() {
  const query = useQuery(queuesQuery(useApi()));
  useTitle(title);
  const { data } = query;
  return (
    <OperationsFrame title={title} here="/operations/jobs">
      {data && (
        <>
          <Totals label="Jobs in short" totals={totalsOf(data, query.dataUpdatedAt)} />
          <section class="panel" aria-labelledby="jobs-queues">
            <h2 id="jobs-queues">Each kind of job</h2>
            <QueuesTable queues={data} now={query.dataUpdatedAt} />
          </section>
          <section class="panel" aria-labelledby="jobs-list">
            <h2 id="jobs-list">One by one</h2>
            <JobsList queues={data} />
          </section>
        </>
      )}
      {!data && query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
    </OperationsFrame>
  );
}

export const load = ({ api, client }: PageContext) =>
  Promise.all([client.fetchQuery(queuesQuery(api)), client.fetchInfiniteQuery(jobsQuery(api, firstFilter))]);

export const head = (): Head => ({ title, hidden: true });
