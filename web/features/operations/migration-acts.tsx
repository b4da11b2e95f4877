import { useState } from 'preact/hooks';
import { ConfirmButton } from '../../shared/ui/confirm-button.tsx';
import { useDirectMigration } from './api/direct-migration.ts';
import type { Direction, Migration } from './migration.ts';

/** What can be done with a migration. */
export interface MigrationActsProps {
  readonly migration: Migration;
}

interface ActProps extends MigrationActsProps {
  readonly onDirect: (direction: Direction) => void;
}

const dial = [1, 5, 10, 25, 50, 100];

/** The dial of the change-over: how many of a hundred shards are to live in the target. */
function Dial({ migration: { percent }, onDirect }: ActProps) {
  const [wanted, setWanted] = useState(dial.find((step) => step > percent) ?? 100);
  return (
    <>
      <label class="dial">
        Shards on the new side
        <select value={wanted} onChange={(event) => setWanted(Number(event.currentTarget.value))}>
          {dial.map((step) => (
            <option key={step} value={step}>
              {step} %
            </option>
          ))}
        </select>
      </label>
      <ConfirmButton
        label="Change over"
        question={`Serve ${wanted} % from there?`}
        onConfirm={() => onDirect({ act: 'advance', percent: wanted })}
      />
    </>
  );
}

function Forward(props: ActProps) {
  const { migration, onDirect } = props;
  const { phase, percent, to } = migration;
  if (phase === 'validate' || (phase === 'cutover' && percent < 100)) return <Dial {...props} />;
  if (phase === 'backup') {
    return (
      <>
        <ConfirmButton
          label="Finish, keep the old side"
          question="Stop keeping it in step?"
          onConfirm={() => onDirect({ act: 'finish' })}
        />
        <ConfirmButton
          label="Finish, erase the old side"
          question="Erase it for good?"
          onConfirm={() => onDirect({ act: 'finish', drop: true })}
        />
      </>
    );
  }
  return (
    <ConfirmButton
      label="Go on"
      question={`On towards ${to}?`}
      onConfirm={() => onDirect({ act: 'advance' })}
    />
  );
}

const resting = new Set<Migration['phase']>(['finishing', 'finished', 'rolling-back', 'rolled-back']);

/** Sends a migration on, or back; each act asks once more. */
export function MigrationActs({ migration }: MigrationActsProps) {
  const direct = useDirectMigration(migration.name);
  if (resting.has(migration.phase)) return null;
  return (
    <div class="migration-acts">
      <Forward key={migration.phase} migration={migration} onDirect={direct.mutate} />
      <ConfirmButton
        label="Roll back"
        question="Take everything back?"
        onConfirm={() => direct.mutate({ act: 'rollback' })}
      />
    </div>
  );
}
