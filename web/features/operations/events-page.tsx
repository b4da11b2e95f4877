import { useQuery } from '@tanstack/preact-query';
import type { ConsumerLag } from '#services/events/contract';
import { useApi } from '../../shared/api/api.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { eventsQuery } from './api/get-events.ts';
import { wholeText } from './figures.ts';
import { OperationsFrame } from './operations-frame.tsx';
import { ParkedList } from './parked-list.tsx';
import { type Column, SortTable } from './sort-table.tsx';

const title = 'Events';

/** A consumer as the table sorts it: without a fault its fault is empty. */
type Row = Omit<ConsumerLag, 'error'> & { readonly error: string };

const columns: readonly Column<'name' | 'lag' | 'parked' | 'error', Row>[] = [
  { key: 'name', label: 'Consumer', isText: true, show: ({ name }) => name },
  { key: 'lag', label: 'Behind', show: ({ lag }) => wholeText(lag) },
  { key: 'parked', label: 'Parked', show: ({ parked }) => wholeText(parked) },
  {
    key: 'error',
    label: 'Fault',
    isText: true,
    show: ({ error }) => (error ? <span class="is-alarming">{error}</span> : 'runs well'),
  },
];

/** What is derived from the event log: how far each consumer is, and what it could not apply. */
export function Page() {
  const query = useQuery(eventsQuery(useApi()));
  useTitle(title);
  const { data } = query;
  return (
    <OperationsFrame title={title} here="/operations/events">
      {data && (
        <>
          <section class="panel" aria-labelledby="events-consumers">
            <h2 id="events-consumers">Consumers</h2>
            <p class="lead">
              Everything derived follows the event log; behind is how many events are to come.
            </p>
            <SortTable
              caption="Consumers of the event log"
              columns={columns}
              rows={data.consumers.map((one): Row => ({ ...one, error: one.error ?? '' }))}
              idOf={({ name }) => name}
              start={{ by: 'name', isDescending: false }}
            />
          </section>
          <section class="panel" aria-labelledby="events-parked">
            <h2 id="events-parked">Parked events</h2>
            <ParkedList parked={data.parked} />
          </section>
        </>
      )}
      {!data && query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
    </OperationsFrame>
  );
}

export const load = ({ api, client }: PageContext) => client.fetchQuery(eventsQuery(api));

export const head = (): Head => ({ title, hidden: true });
