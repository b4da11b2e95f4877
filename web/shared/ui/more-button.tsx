import { messageOf } from '../api/api-error.ts';
import { Button } from './button.tsx';

/** The rest of a list that is read page by page. */
export interface MoreButtonProps {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly isFetchNextPageError: boolean;
    readonly error: Error | null;
    fetchNextPage(): Promise<unknown>;
  };
}

/** Shows the next page of a list, where there is one. */
export function MoreButton({ query }: MoreButtonProps) {
  if (!query.hasNextPage) return null;
  return (
    <div class="more-note">
      {query.isFetchNextPageError && <p role="alert">{messageOf(query.error)}</p>}
      <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
