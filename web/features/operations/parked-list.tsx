import type { ParkedEvent } from '#services/events/contract';
import { Button } from '../../shared/ui/button.tsx';
import { ConfirmButton } from '../../shared/ui/confirm-button.tsx';
import { plural } from '../../shared/ui/format.ts';
import { type Settlement, useSettleParked } from './api/settle-parked.ts';
import { momentText } from './moment.ts';

/** Events that consumers could not apply, the latest first. */
export interface ParkedListProps {
  readonly parked: readonly ParkedEvent[];
}

interface ActsProps {
  readonly settle: (settlement: Settlement) => void;
}

function Row({ event, settle }: ActsProps & { readonly event: ParkedEvent }) {
  const { id, consumer, type, topic, partition, offset, at, cause, replays } = event;
  return (
    <li class="parked">
      <div>
        <p class="parked-cause">{cause}</p>
        <p class="lead">
          {consumer} · {type} of <time dateTime={new Date(at).toISOString()}>{momentText(at)}</time> · {topic}{' '}
          {partition}/{offset}
          {replays > 0 && ` · replayed in vain ${plural(replays, 'time')}`}
        </p>
      </div>
      <div class="migration-acts">
        <Button onClick={() => settle({ act: 'replay', consumer, id })}>Replay</Button>
        <ConfirmButton
          label="Discard"
          question="Forget it?"
          onConfirm={() => settle({ act: 'discard', consumer, id })}
        />
      </div>
    </li>
  );
}

function AllOf({
  consumer,
  count,
  settle,
}: ActsProps & { readonly consumer: string; readonly count: number }) {
  return (
    <div class="migration-acts">
      <Button onClick={() => settle({ act: 'replay', consumer })}>
        Replay all {count} of {consumer}
      </Button>
      <ConfirmButton
        label={`Discard all ${count} of ${consumer}`}
        question="Forget all of them?"
        onConfirm={() => settle({ act: 'discard', consumer })}
      />
    </div>
  );
}

/** What could not be applied and why, to be applied again or forgotten. */
export function ParkedList({ parked }: ParkedListProps) {
  const { mutate } = useSettleParked();
  const consumers = [...new Set(parked.map(({ consumer }) => consumer))];
  if (parked.length === 0) return <p class="lead">Nothing is parked: every event could be applied.</p>;
  return (
    <>
      {consumers.map((consumer) => (
        <AllOf
          key={consumer}
          consumer={consumer}
          count={parked.filter((event) => event.consumer === consumer).length}
          settle={mutate}
        />
      ))}
      <ul class="parked-list">
        {parked.map((event) => (
          <Row key={event.id} event={event} settle={mutate} />
        ))}
      </ul>
    </>
  );
}
