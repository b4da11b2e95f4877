import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { ReplayOutcome } from '#services/events/contract';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { plural } from '../../../shared/ui/format.ts';
import { toast } from '../../../shared/ui/toast.ts';
import { eventsQuery } from './get-events.ts';

/** What to do with parked events of a consumer: one, or all when left out. */
export interface Settlement {
  readonly act: 'replay' | 'discard';
  readonly consumer: string;
  readonly id?: string;
}

function wordsFor(answer: ReplayOutcome | { readonly discarded: number }): string {
  if ('discarded' in answer) return `${plural(answer.discarded, 'event')} discarded`;
  const { replayed, failed } = answer;
  return failed === 0
    ? `${plural(replayed, 'event')} applied`
    : `${replayed} applied, ${failed} failed again`;
}

/** Applies parked events again, or forgets them. */
export function useSettleParked() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ act, ...asked }: Settlement) =>
      api.send<ReplayOutcome | { discarded: number }>('POST', `/api/operations/events/${act}`, asked),
    onSuccess: (answer) => toast(wordsFor(answer)),
    onError: (error) => toast(messageOf(error), { tone: 'alarm' }),
    onSettled: () => client.invalidateQueries({ queryKey: eventsQuery(api).queryKey }),
  });
}
