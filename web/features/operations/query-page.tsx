import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import type { ReadyQuery } from '#services/queries/contract';
import { useApi } from '../../shared/api/api.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { EmptyNote, ErrorNote } from '../../shared/ui/note.tsx';
import { useAskArchive } from './api/ask-archive.ts';
import { archiveQuery, type Workbench, workbenchQuery } from './api/get-workbench.ts';
import { OperationsFrame } from './operations-frame.tsx';
import { QueryChart } from './query-chart.tsx';
import { QueryEditor } from './query-editor.tsx';
import { QueryRows } from './query-rows.tsx';
import { drawingOf } from './query-series.ts';
import { QueryTables } from './query-tables.tsx';

const title = 'Query';

interface AnswerProps {
  readonly ask: ReturnType<typeof useAskArchive>;
  readonly ready: readonly ReadyQuery[];
}

/** What the last question brought. */
function Answer({ ask: { data, variables }, ready }: AnswerProps) {
  if (!data) return null;
  const query = ready.find(({ sql }) => sql === variables);
  if (data.rows.length === 0)
    return (
      <EmptyNote>
        There is nothing of that in the archive: events come to it when their hour is over.
      </EmptyNote>
    );
  const drawing = drawingOf(data, query?.chart);
  const asked = `${variables} ${data.ms} ${data.rows.length}`;
  return (
    <>
      {drawing && <QueryChart key={`chart ${asked}`} drawing={drawing} />}
      <QueryRows key={`rows ${asked}`} answer={data} name={query?.name ?? 'query'} />
    </>
  );
}

/** Asks, shows what comes, and keeps what was typed. */
function Bench({ workbench }: { readonly workbench: Workbench }) {
  const { ready } = workbench;
  const archive = useQuery(archiveQuery(useApi()));
  const [sql, setSql] = useState(ready[0]?.sql ?? '');
  const ask = useAskArchive();
  return (
    <>
      <QueryEditor
        workbench={workbench}
        archive={archive.data}
        sql={sql}
        error={ask.isPending ? null : ask.error}
        isBusy={ask.isPending}
        onType={setSql}
        onReady={(query) => {
          setSql(query.sql);
          ask.mutate(query.sql);
        }}
        onAsk={() => ask.mutate(sql)}
      />
      <Answer ask={ask} ready={ready} />
      <QueryTables tables={workbench.tables} />
    </>
  );
}

/** Questions over all that ever happened, in SQL. */
export function Page() {
  const query = useQuery(workbenchQuery(useApi()));
  useTitle(title);
  return (
    <OperationsFrame title={title} here="/operations/query">
      {query.data ? (
        <Bench workbench={query.data} />
      ) : (
        query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      )}
    </OperationsFrame>
  );
}

export const load = ({ api, client }: PageContext) =>
  Promise.all([client.fetchQuery(workbenchQuery(api)), client.fetchQuery(archiveQuery(api))]);

export const head = (): Head => ({ title, hidden: true });
