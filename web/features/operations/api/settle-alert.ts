import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { Alert, SignalView, Silence } from '#services/monitor/contract';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { toast } from '../../../shared/ui/toast.ts';
import { alertsQuery, snapshotQuery } from './get-snapshot.ts';

/** What to tell the monitor. */
export type Settlement = { readonly acknowledge: string } | { readonly silence: Silence };

/** Says that an alert is known, or silences a signal. */
export function useSettleAlert() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (told: Settlement): Promise<void> => {
      const [what, body] =
        'silence' in told ? ['silence', told.silence] : [`${told.acknowledge}/acknowledge`, {}];
      await api.send<Alert | SignalView>('POST', `/api/operations/alerts/${what}`, body);
    },
    onError: (error) => toast(messageOf(error), { tone: 'alarm' }),
    onSettled: () =>
      Promise.all(
        [alertsQuery(api).queryKey, snapshotQuery(api).queryKey].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
