import { ConfirmButton } from '../../shared/ui/confirm-button.tsx';
import { plural } from '../../shared/ui/format.ts';
import { useDirectMigration } from './api/direct-migration.ts';
import { dayText, percentText, spanText } from './figures.ts';
import { isSettled, type Migration, progressOf } from './migration.ts';
import { MovingShards } from './moving-shards.tsx';

/** One migration. */
export interface MigrationPanelProps {
  readonly migration: Migration;
}

function summaryOf({ shards, startedAt }: Migration): string {
  const copied = shards.reduce((sum, shard) => sum + progressOf(shard), 0) / Math.max(1, shards.length);
  const settled = shards.filter(isSettled).length;
  return `${percentText(copied)} copied, ${settled} of ${plural(shards.length, 'shard')} done, begun ${dayText(startedAt)}`;
}

function Acts({ migration: { id, source, target, canAdvance, canRollBack } }: MigrationPanelProps) {
  const direct = useDirectMigration(id);
  if (!canAdvance && !canRollBack) return null;
  return (
    <div class="migration-acts">
      {canAdvance && (
        <ConfirmButton
          label="Go on"
          question={`Go on towards ${target}?`}
          onConfirm={() => direct.mutate('advance')}
        />
      )}
      {canRollBack && (
        <ConfirmButton
          label="Roll back"
          question={`Back to ${source}, all of it?`}
          onConfirm={() => direct.mutate('rollback')}
        />
      )}
    </div>
  );
}

/** How far a migration is, shard by shard, and where to send it. */
export function MigrationPanel({ migration }: MigrationPanelProps) {
  const { id, source, target, problem } = migration;
  return (
    <section class="panel" aria-labelledby={`migration-${id}`}>
      <header class="migration-head">
        <div>
          <h2 id={`migration-${id}`}>
            Shards {spanText(migration)} from {source} to {target}
          </h2>
          <p class="lead" role="status">
            {summaryOf(migration)}
          </p>
        </div>
        <Acts migration={migration} />
      </header>
      {problem && (
        <p class="alarm" role="alert">
          {problem}
        </p>
      )}
      <MovingShards shards={migration.shards} />
    </section>
  );
}
