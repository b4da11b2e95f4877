import { useQuery } from '@tanstack/preact-query';
import { useApi } from '../../shared/api/api.ts';
import { plural } from '../../shared/ui/format.ts';
import { migrationQuery } from './api/get-migrations.ts';
import { percentText, wholeText } from './figures.ts';
import { isOver, type Migration, phaseWords, progressOf } from './migration.ts';
import { MigrationActs } from './migration-acts.tsx';
import { MovingShards } from './moving-shards.tsx';

/** One migration, its shards not known yet. */
export interface MigrationPanelProps {
  readonly migration: Migration;
}

function summaryOf(migration: Migration): string {
  const { phase, rows, moved, auto, differences } = migration;
  return [
    phaseWords[phase],
    `${wholeText(rows)} rows copied (${percentText(progressOf(migration))})`,
    `${plural(moved, 'shard')} moved`,
    ...(differences > 0 ? [`${plural(differences, 'difference')} found and healed`] : []),
    ...(auto && !isOver(migration) ? ['goes on by itself'] : []),
  ].join(' · ');
}

/** How far a migration is, shard by shard, and where to send it. */
export function MigrationPanel({ migration: listed }: MigrationPanelProps) {
  const query = useQuery(migrationQuery(useApi(), listed.name));
  const migration = query.data ?? listed;
  const { name, to, error } = migration;
  return (
    <section class="panel" aria-labelledby={`migration-${name}`}>
      <header class="migration-head">
        <div>
          <h2 id={`migration-${name}`}>
            {name}: to {to}
          </h2>
          <p class="lead">{summaryOf(migration)}</p>
        </div>
        <MigrationActs migration={migration} />
      </header>
      {error && (
        <p class="alarm" role="alert">
          {error}
        </p>
      )}
      <MovingShards shards={migration.shards} />
    </section>
  );
}
