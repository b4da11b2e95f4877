import { useQuery } from '@tanstack/preact-query';
import type { Live, ShardCount } from '#services/capacity/contract';
import { useApi } from '../../shared/api/api.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { plural } from '../../shared/ui/format.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { liveQuery } from './api/get-live.ts';
import { bytesText, shortText, wholeText } from './figures.ts';
import { OperationsFrame } from './operations-frame.tsx';
import { ServerMap } from './server-map.tsx';
import { ShardBars } from './shard-bars.tsx';
import { type Column, SortTable } from './sort-table.tsx';

const title = 'Shards';

interface LiveProps {
  readonly live: Live;
}

const measures = [
  { key: 'people', name: 'People', format: shortText },
  { key: 'boards', name: 'Boards', format: shortText },
  { key: 'pins', name: 'Pins', format: shortText },
  { key: 'bytes', name: 'Bytes', format: bytesText },
] as const;

function Multiples({ live }: LiveProps) {
  return (
    <section class="panel" aria-labelledby="shards-skew">
      <h2 id="shards-skew">How evenly they are filled</h2>
      <p class="lead">
        A bar for each of {plural(live.count, 'shard')}; the line is the mean. People are spread evenly, what
        they keep is not. Pictures' records spread by their content.
      </p>
      <div class="multiples">
        {measures.map(({ key, name, format }) => (
          <ShardBars
            key={key}
            name={name}
            amounts={live.shards.map((shard) => shard[key])}
            skew={live.skew[key]}
            format={format}
          />
        ))}
      </div>
    </section>
  );
}

type Key = 'shard' | 'server' | 'people' | 'boards' | 'pins' | 'bytes';

const about = (shard: ShardCount, amount: number) => `${shard.isExact ? '' : '≈ '}${wholeText(amount)}`;

const columns: readonly Column<Key, ShardCount>[] = [
  { key: 'shard', label: 'Shard', isText: true, show: ({ shard }) => shard },
  {
    key: 'server',
    label: 'Server',
    isText: true,
    show: ({ server, problem }) => (problem ? <span class="is-alarming">{problem}</span> : server),
  },
  { key: 'people', label: 'People', show: (shard) => about(shard, shard.people) },
  { key: 'boards', label: 'Boards', show: (shard) => about(shard, shard.boards) },
  { key: 'pins', label: 'Pins', show: (shard) => about(shard, shard.pins) },
  { key: 'bytes', label: 'On disk', show: ({ bytes }) => bytesText(bytes) },
];

function Table({ live }: LiveProps) {
  return (
    <section class="panel" aria-labelledby="shards-table">
      <h2 id="shards-table">Each shard</h2>
      <SortTable
        caption="Each shard with its server and what it holds"
        columns={columns}
        rows={live.shards}
        idOf={({ shard }) => shard}
        start={{ by: 'bytes', isDescending: true }}
      />
    </section>
  );
}

function Problems({ live }: LiveProps) {
  const away = live.shards.filter(({ problem }) => problem !== null);
  if (away.length === 0) return null;
  return (
    <p class="alarm" role="status">
      {plural(away.length, 'shard')} did not answer and {away.length === 1 ? 'is' : 'are'} counted as empty:{' '}
      {away
        .slice(0, 8)
        .map(({ shard }) => shard)
        .join(', ')}
      {away.length > 8 && ' …'}
    </p>
  );
}

/** What lies on each shard now, and who serves it. */
export function Page() {
  const query = useQuery(liveQuery(useApi()));
  useTitle(title);
  const live = query.data;
  return (
    <OperationsFrame title={title} here="/operations/shards">
      {live && (
        <>
          <Problems live={live} />
          <ServerMap live={live} />
          <Multiples live={live} />
          <Table live={live} />
        </>
      )}
      {!live && query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
    </OperationsFrame>
  );
}

export const load = ({ api, client }: PageContext) => client.fetchQuery(liveQuery(api));

export const head = (): Head => ({ title, hidden: true });
