import { useInfiniteQuery } from '@tanstack/preact-query';
import { useApi } from '../../shared/api/api.ts';
import { PinList } from '../../shared/masonry/pin-list.tsx';
import { relatedQuery } from './api/get-related.ts';

/** Which pin. */
export interface RelatedProps {
  readonly id: string;
}

/** What is like a pin, without a seam under it. */
export function Related({ id }: RelatedProps) {
  const query = useInfiniteQuery(relatedQuery(useApi(), id));
  return (
    <section aria-labelledby="related">
      <h2 id="related" class="visually-hidden">
        More like this
      </h2>
      <PinList query={query} label="More like this" eager={0} />
    </section>
  );
}
