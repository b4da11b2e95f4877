import type { Delivery, WebhookView } from '#services/webhooks/contract';
import { Button } from '../../shared/ui/button.tsx';
import { hostOf, plural } from '../../shared/ui/format.ts';
import { useDirectWebhooks } from './api/direct-webhooks.ts';
import { momentText } from './moment.ts';
import { kindText } from './webhook-form.tsx';

/** The latest first, with the webhooks that they went to. */
export interface DeliveryListProps {
  readonly deliveries: readonly Delivery[];
  readonly hooks: readonly WebhookView[];
}

/** What became of a delivery, in words. */
export function outcomeText({ state, status, error, tries, nextTryAt }: Delivery): string {
  if (state === 'done') return status === null ? (error ?? 'not sent') : `Taken, with ${status}`;
  if (state === 'failed') return `Given up after ${plural(tries, 'try')}: ${error}`;
  if (state === 'running') return 'On its way';
  if (error === null || nextTryAt === null) return 'Waiting';
  return `${error}; next try at ${momentText(nextTryAt)}`;
}

/** What was sent and what became of it, to be sent again at a press. */
export function DeliveryList({ deliveries, hooks }: DeliveryListProps) {
  const { mutate } = useDirectWebhooks();
  const urls = new Map(hooks.map(({ id, url }) => [id, hostOf(url)]));
  if (deliveries.length === 0) return <p class="lead">Nothing was sent yet.</p>;
  return (
    <ul class="parked-list">
      {deliveries.map((delivery) => (
        <li key={delivery.id} class="parked">
          <div>
            <p class={delivery.state === 'failed' ? 'parked-cause is-alarming' : 'parked-cause'}>
              {outcomeText(delivery)}
            </p>
            <p class="lead">
              {kindText(delivery.kind)} · {urls.get(delivery.hookId) ?? 'a webhook that was removed'} ·{' '}
              <time dateTime={new Date(delivery.updatedAt).toISOString()}>
                {momentText(delivery.updatedAt)}
              </time>
            </p>
          </div>
          {urls.has(delivery.hookId) && (delivery.state === 'done' || delivery.state === 'failed') && (
            <div class="migration-acts">
              <Button onClick={() => mutate({ act: 'again', id: delivery.id })}>Send again</Button>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
