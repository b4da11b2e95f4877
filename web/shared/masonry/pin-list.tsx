import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Page } from '#kernel/schema';
import type { PinView } from '#services/pins/contract';
import { pinsOf } from '../api/pages.ts';
import { ErrorNote } from '../ui/note.tsx';
import { Masonry } from './masonry.tsx';
import { MasonrySkeleton } from './skeleton.tsx';
import { useMoreOf } from './use-more.ts';

/** An endless list of pins from a query. */
export interface PinListProps {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<PinView>, unknown>>;
  readonly label: string;
  /** Shown when there is nothing. */
  readonly empty?: ComponentChildren;
  readonly scroller?: HTMLElement | null;
  readonly eager?: number;
}

/** An endless list of pins in each of its states: on its way, failed, empty, there. */
export function PinList({ query, label, empty, scroller, eager }: PinListProps) {
  const pins = useMemo(() => pinsOf(query.data), [query.data]);
  const more = useMoreOf(query);
  if (query.data === undefined) {
    return query.isError ? (
      <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <MasonrySkeleton />
    );
  }
  if (pins.length === 0 && !query.hasNextPage) return <>{empty}</>;
  return (
    <Masonry
      pins={pins}
      label={label}
      more={more}
      scroller={scroller ?? null}
      {...(eager === undefined ? {} : { eager })}
    />
  );
}
