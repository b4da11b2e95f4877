import { useQuery } from '@tanstack/preact-query';
import { useApi } from '../../shared/api/api.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { ButtonLink } from '../../shared/ui/button-link.tsx';
import { EmptyNote, ErrorNote } from '../../shared/ui/note.tsx';
import { migrationQuery, migrationsQuery } from './api/get-migrations.ts';
import { MigrationPanel } from './migration-panel.tsx';
import { OperationsFrame } from './operations-frame.tsx';

const title = 'Migrations';

function Nothing() {
  return (
    <EmptyNote act={<ButtonLink href="/operations/plan">See when a split is due</ButtonLink>}>
      Nothing is moving. Start with <code>pinakes migrate</code>, and watch it here.
    </EmptyNote>
  );
}

/** Shards on their way from one engine to another, while people go on using the site. */
export function Page() {
  const query = useQuery(migrationsQuery(useApi()));
  useTitle(title);
  return (
    <OperationsFrame title={title} here="/operations/migrations">
      {query.data?.length === 0 && <Nothing />}
      {query.data?.map((migration) => (
        <MigrationPanel key={migration.name} migration={migration} />
      ))}
      {!query.data && query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
    </OperationsFrame>
  );
}

export async function load({ api, client }: PageContext): Promise<void> {
  const migrations = await client.fetchQuery(migrationsQuery(api));
  await Promise.all(migrations.map(({ name }) => client.fetchQuery(migrationQuery(api, name))));
}

export const head = (): Head => ({ title, hidden: true });
