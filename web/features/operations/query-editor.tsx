import type { ArchiveStatus } from '#services/archive/contract';
import type { ReadyQuery } from '#services/queries/contract';
import { messageOf } from '../../shared/api/api-error.ts';
import { Button } from '../../shared/ui/button.tsx';
import { TextArea } from '../../shared/ui/field.tsx';
import { useArchiveNow } from './api/archive-now.ts';
import type { Workbench } from './api/get-workbench.ts';
import { bytesText, wholeText } from './figures.ts';

/** What can be asked, and what is. */
export interface QueryEditorProps {
  readonly workbench: Workbench;
  readonly archive: ArchiveStatus | undefined;
  readonly sql: string;
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly onType: (sql: string) => void;
  readonly onReady: (query: ReadyQuery) => void;
  readonly onAsk: () => void;
}

function archiveText({ place, topics, error }: ArchiveStatus): string {
  if (place === null) return 'The archive is turned off.';
  if (error !== null) return `The archive could not be written: ${error}`;
  const sum = (of: (topic: ArchiveStatus['topics'][number]) => number) =>
    topics.reduce((all, topic) => all + of(topic), 0);
  const held = `${wholeText(sum(({ archived }) => archived))} events in ${bytesText(sum(({ bytes }) => bytes))}`;
  return `${held} archived, ${wholeText(sum(({ waiting }) => waiting))} waiting for their hour to end.`;
}

/** How much can be asked, and the way to have it all. */
function ArchiveLine({ archive }: { readonly archive: ArchiveStatus }) {
  const now = useArchiveNow();
  return (
    <p class="query-archive">
      <span>{archiveText(archive)}</span>
      {archive.place !== null && (
        <Button isBusy={now.isPending} onClick={() => now.mutate()}>
          {now.isPending ? 'Archiving' : 'Archive now'}
        </Button>
      )}
    </p>
  );
}

/** Ready-made queries, and SQL of one's own; Control and Enter asks. */
export function QueryEditor({
  workbench,
  archive,
  sql,
  error,
  isBusy,
  onType,
  onReady,
  onAsk,
}: QueryEditorProps) {
  return (
    <form
      class="panel query-editor"
      aria-label="Query"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk();
      }}
    >
      <fieldset class="query-ready">
        <legend class="visually-hidden">Ready-made queries</legend>
        {workbench.ready.map((query) => (
          <button
            key={query.name}
            type="button"
            class="chip"
            title={query.about}
            aria-pressed={sql === query.sql}
            onClick={() => onReady(query)}
          >
            {query.title}
          </button>
        ))}
      </fieldset>
      <TextArea
        label="SQL"
        class="query-sql"
        rows={Math.min(20, Math.max(5, sql.split('\n').length + 1))}
        spellcheck={false}
        autocapitalize="off"
        value={sql}
        error={error ? messageOf(error).replace(/^Sql /, 'This query ') : undefined}
        hint="One SELECT over actions and changes, in DuckDB’s SQL. Control and Enter runs it."
        onInput={(event) => onType(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onAsk();
        }}
      />
      <div class="query-acts">
        <Button type="submit" look="primary" isBusy={isBusy}>
          {isBusy ? 'Running' : 'Run'}
        </Button>
        {archive && <ArchiveLine archive={archive} />}
      </div>
    </form>
  );
}
