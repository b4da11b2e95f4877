import type { Alert, SignalView } from '#services/monitor/contract';
import { Button } from '../../shared/ui/button.tsx';
import { plural } from '../../shared/ui/format.ts';
import { useSettleAlert } from './api/settle-alert.ts';
import { momentText } from './moment.ts';

/** Alerts of the last day, those that fire first. */
export interface AlertListProps {
  readonly alerts: readonly Alert[];
  readonly signals: readonly SignalView[];
}

function noteOf({ state, startedAt, resolvedAt, returns, acknowledgedAt, sent }: Alert): string {
  return [
    `since ${momentText(startedAt)} UTC`,
    ...(state === 'resolved' && resolvedAt !== null ? [`over at ${momentText(resolvedAt).slice(11)}`] : []),
    ...(returns > 0 ? [`came back ${plural(returns, 'time')}`] : []),
    ...(acknowledgedAt === null ? [] : ['known']),
    ...(state === 'firing' && !sent ? ['not sent'] : []),
  ].join(' · ');
}

const quietMinutes = 60;

function Row({ alert, isSilent }: { readonly alert: Alert; readonly isSilent: boolean }) {
  const { mutate, isPending } = useSettleAlert();
  const { id, signal, state, title, acknowledgedAt } = alert;
  const isFiring = state === 'firing';
  return (
    <li class={`alert-row ${isFiring && acknowledgedAt === null ? 'is-firing' : ''}`}>
      <div>
        <p>
          <strong>{title}</strong>
        </p>
        <p class="is-soft">{noteOf(alert)}</p>
      </div>
      {isFiring && (
        <div class="migration-acts">
          {acknowledgedAt === null && (
            <Button isBusy={isPending} onClick={() => mutate({ acknowledge: id })}>
              I know
            </Button>
          )}
          <Button
            isBusy={isPending}
            onClick={() => mutate({ silence: { signal, minutes: isSilent ? 0 : quietMinutes } })}
          >
            {isSilent ? 'Send again' : 'Silence for an hour'}
          </Button>
        </div>
      )}
    </li>
  );
}

/** What is not as usual, and what was not in the last day. */
export function AlertList({ alerts, signals }: AlertListProps) {
  const silent = new Set(
    signals.filter(({ silencedUntil }) => silencedUntil !== null).map(({ name }) => name),
  );
  const firing = alerts.filter(({ state }) => state === 'firing').length;
  return (
    <section class="panel" aria-labelledby="live-alerts">
      <h2 id="live-alerts">Alerts</h2>
      <p class="lead" role="status">
        {firing > 0 ? `${plural(firing, 'alert')} now.` : 'Nothing unusual now.'}
        {alerts.length === 0 && ' None in the last day.'}
      </p>
      <ul class="alert-list">
        {alerts.map((alert) => (
          <Row key={alert.id} alert={alert} isSilent={silent.has(alert.signal)} />
        ))}
      </ul>
    </section>
  );
}
