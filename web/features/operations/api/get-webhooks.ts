import { queryOptions } from '@tanstack/preact-query';
import type { Delivery, WebhookKind, WebhookView } from '#services/webhooks/contract';
import type { Api } from '../../../shared/api/api.ts';

/** Webhooks, what they can ask for, and what was sent. */
export interface WebhooksView {
  /** The oldest first. */
  readonly hooks: readonly WebhookView[];
  readonly kinds: readonly WebhookKind[];
  /** The latest first. */
  readonly deliveries: readonly Delivery[];
}

const path = '/api/operations/webhooks';

/** Webhooks and their deliveries; asked for again and again. */
export function webhooksQuery(api: Api) {
  return queryOptions({
    queryKey: ['operations', 'webhooks'],
    async queryFn({ signal }): Promise<WebhooksView> {
      const [{ items: hooks, kinds }, { items: deliveries }] = await Promise.all([
        api.get<{ items: WebhookView[]; kinds: WebhookKind[] }>(path, signal),
        api.get<{ items: Delivery[] }>(`${path}/deliveries`, signal),
      ]);
      return { hooks, kinds, deliveries };
    },
    staleTime: 0,
    refetchInterval: 3000,
  });
}
