import type { ComponentChildren } from 'preact';

/** A form on a page of its own. */
export interface AuthFrameProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A form on a page of its own. */
export function AuthFrame({ title, children }: AuthFrameProps) {
  return (
    <div class="auth">
      <h1>{title}</h1>
      {children}
    </div>
  );
}
