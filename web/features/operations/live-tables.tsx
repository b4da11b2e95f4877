import type { Frame } from '#services/monitor/contract';
import { plural } from '../../shared/ui/format.ts';
import { wholeText } from './figures.ts';
import { type Column, SortTable } from './sort-table.tsx';

/** One frame. */
export interface LiveTablesProps {
  readonly frame: Pick<Frame, 'queues' | 'consumers' | 'shards'>;
}

type Queue = Frame['queues'][number];
type ConsumerRow = Pick<Frame['consumers'][number], 'name' | 'lag' | 'parked'> & { readonly error: string };

const queueColumns: readonly Column<'name' | 'pending' | 'running' | 'failed', Queue>[] = [
  { key: 'name', label: 'Jobs', isText: true, show: ({ name }) => name },
  { key: 'pending', label: 'Waiting', show: ({ pending }) => wholeText(pending) },
  { key: 'running', label: 'Running', show: ({ running }) => wholeText(running) },
  { key: 'failed', label: 'Failed', show: ({ failed }) => wholeText(failed) },
];

const consumerColumns: readonly Column<'name' | 'lag' | 'parked', ConsumerRow>[] = [
  {
    key: 'name',
    label: 'Consumer',
    isText: true,
    show: ({ name, error }) => (error === '' ? name : <span class="is-alarming">{`${name}: ${error}`}</span>),
  },
  { key: 'lag', label: 'Behind', show: ({ lag }) => wholeText(lag) },
  { key: 'parked', label: 'Parked', show: ({ parked }) => wholeText(parked) },
];

function Shards({ shards }: { readonly shards: Frame['shards'] }) {
  if (!shards) return null;
  const { count, servers, silent } = shards;
  const words = `${plural(count, 'shard')} on ${plural(servers, 'server')}`;
  if (silent.length === 0) return <p class="lead">{words}, all of them answer.</p>;
  return (
    <p class="alarm" role="status">
      {words}; no answer from {silent.slice(0, 12).join(', ')}
      {silent.length > 12 && ' …'}
    </p>
  );
}

/** Jobs, consumers and shards as they stand. */
export function LiveTables({ frame: { queues, consumers, shards } }: LiveTablesProps) {
  return (
    <section class="panel" aria-labelledby="live-work">
      <h2 id="live-work">Jobs, consumers, shards</h2>
      <Shards shards={shards} />
      <div class="live-tables">
        <SortTable
          caption="Jobs by name"
          columns={queueColumns}
          rows={queues}
          idOf={({ name }) => name}
          start={{ by: 'pending', isDescending: true }}
        />
        <SortTable
          caption="Consumers of the event log"
          columns={consumerColumns}
          rows={consumers.map((one): ConsumerRow => ({ ...one, error: one.error ?? '' }))}
          idOf={({ name }) => name}
          start={{ by: 'lag', isDescending: true }}
        />
      </div>
    </section>
  );
}
