import { queryOptions } from '@tanstack/preact-query';
import type { ConsumerLag, ParkedEvent } from '#services/events/contract';
import type { Api } from '../../../shared/api/api.ts';

/** How the consumers of the event log do. */
export interface EventsView {
  readonly consumers: readonly ConsumerLag[];
  /** The latest first. */
  readonly parked: readonly ParkedEvent[];
}

/** Consumers and parked events; asked for again and again. */
export function eventsQuery(api: Api) {
  return queryOptions({
    queryKey: ['operations', 'events'],
    queryFn: ({ signal }) => api.get<EventsView>('/api/operations/events', signal),
    staleTime: 0,
    refetchInterval: 3000,
  });
}
