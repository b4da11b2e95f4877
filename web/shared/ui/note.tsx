import type { ComponentChildren } from 'preact';
import { messageOf } from '../api/api-error.ts';
import { Button } from './button.tsx';

/** A friendly sentence where a list is empty. */
export interface EmptyNoteProps {
  readonly children: ComponentChildren;
  /** The one act that fills it. */
  readonly act?: ComponentChildren;
}

/** A friendly sentence where a list is empty, and the one act that fills it. */
export function EmptyNote({ children, act }: EmptyNoteProps) {
  return (
    <div class="note">
      <p>{children}</p>
      {act}
    </div>
  );
}

/** What went wrong with a page or a part of it. */
export interface ErrorNoteProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What went wrong, and the way to try again. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps) {
  return (
    <div class="note" role="alert">
      <p>{messageOf(error)}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
