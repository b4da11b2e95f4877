import { messageOf } from '../api/api-error.ts';
import { Button } from '../ui/button.tsx';

/** The rest of an endless list. */
export interface More {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly load: () => void;
}

/** What stands under the last tile: that more comes, or why it does not. */
export function MoreNote({ hasMore, isLoading, error, load }: More) {
  if (error) {
    return (
      <div class="more-note" role="alert">
        <p>{messageOf(error)} What you see above stays.</p>
        <Button onClick={load}>Try again</Button>
      </div>
    );
  }
  return (
    <div class="more-note" aria-busy={isLoading}>
      {hasMore ? <span class="visually-hidden">More pictures follow</span> : null}
    </div>
  );
}
