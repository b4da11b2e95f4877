import { useQuery } from '@tanstack/preact-query';
import { useMemo, useState } from 'preact/hooks';
import { useApi } from '../../shared/api/api.ts';
import { Masonry } from '../../shared/masonry/masonry.tsx';
import { MasonrySkeleton } from '../../shared/masonry/skeleton.tsx';
import { plural } from '../../shared/ui/format.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { useThrottled } from '../../shared/ui/use-throttled.ts';
import { similarQuery } from './api/get-similar.ts';
import { type Box, rounded } from './crop-geometry.ts';

/** What was framed. */
export interface LensResultsProps {
  readonly pinId: string;
  readonly box: Box;
}

const pauseMs = 120;

/** What looks like the framed part; follows the frame. */
export function LensResults({ pinId, box }: LensResultsProps) {
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const settled = useThrottled(box, pauseMs);
  const query = useQuery(
    similarQuery(
      useApi(),
      pinId,
      useMemo(() => rounded(settled), [settled]),
    ),
  );
  const pins = query.data?.items;
  return (
    <section class="lens-results" ref={setScroller} aria-labelledby="lens-found" aria-busy={query.isFetching}>
      <h2 id="lens-found">Looks like this part</h2>
      <p class="visually-hidden" role="status">
        {pins && !query.isPlaceholderData ? `${plural(pins.length, 'picture')} found` : ''}
      </p>
      {query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {!pins && !query.isError && <MasonrySkeleton />}
      {pins && scroller && (
        <Masonry pins={pins} label="Pictures like the framed part" scroller={scroller} eager={8} />
      )}
    </section>
  );
}
