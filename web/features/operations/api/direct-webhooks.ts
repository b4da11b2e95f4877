import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { NewWebhook, WebhookView } from '#services/webhooks/contract';
import { type UnsafeMethod, useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { toast } from '../../../shared/ui/toast.ts';
import { webhooksQuery } from './get-webhooks.ts';

const path = '/api/operations/webhooks';

/** What to do with a webhook, or with one of its deliveries. */
export interface WebhookAct {
  readonly act: 'test' | 'remove' | 'enable' | 'disable' | 'again';
  /** Of the webhook; of the delivery, to send it again. */
  readonly id: string;
}

type Request = readonly [method: UnsafeMethod, path: string, body?: object];

function requestOf({ act, id }: WebhookAct): Request {
  if (act === 'again') return ['POST', `${path}/deliveries/${id}/again`];
  if (act === 'test') return ['POST', `${path}/${id}/test`];
  if (act === 'remove') return ['DELETE', `${path}/${id}`];
  return ['PATCH', `${path}/${id}`, { enabled: act === 'enable' }];
}

/** Directs webhooks. */
export function useDirectWebhooks() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (asked: WebhookAct) => api.send(...requestOf(asked)),
    onError: (error) => toast(messageOf(error), { tone: 'alarm' }),
    onSettled: () => client.invalidateQueries({ queryKey: webhooksQuery(api).queryKey }),
  });
}

/** Registers a webhook; the answer has its secret. */
export function useAddWebhook() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (hook: NewWebhook) => api.send<WebhookView & { secret: string }>('POST', path, hook),
    onSuccess: () => client.invalidateQueries({ queryKey: webhooksQuery(api).queryKey }),
  });
}
