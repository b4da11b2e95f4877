import { messageOf } from '../api/api-error.ts';
import { Button } from '../ui/button.tsx';

/** The rest of an endless list. */
export interface More {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly load: () => void;
}

/**
 * What stands under the last tile when the rest would not come. While it does come nothing stands there:
 * whatever did would be pushed away by it.
 */
export function MoreNote({ error, load }: Pick<More, 'error' | 'load'>) {
  if (!error) return null;
  return (
    <div class="more-note" role="alert">
      <p>{messageOf(error)} What you see above stays.</p>
      <Button onClick={load}>Try again</Button>
    </div>
  );
}
