import { Component, type ComponentChildren } from 'preact';
import { ErrorNote } from '../shared/ui/note.tsx';

/** The page to guard. */
export interface GuardProps {
  readonly children: ComponentChildren;
}

interface GuardState {
  readonly error: unknown;
}

/** Keeps a page that fails while drawing from taking the whole app with it. */
export class Guard extends Component<GuardProps, GuardState> {
  override state: GuardState = { error: null };

  static override getDerivedStateFromError(error: unknown): GuardState {
    return { error };
  }

  override render({ children }: GuardProps, { error }: GuardState) {
    if (error === null) return children;
    return <ErrorNote error={error} onRetry={() => window.location.reload()} />;
  }
}
