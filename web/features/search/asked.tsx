import type { ComponentChildren } from 'preact';

/** A picture to search by. */
export interface AskedProps {
  readonly picture: ComponentChildren;
  /** What else can be done with it. */
  readonly children: ComponentChildren;
}

/** The picture that was searched by, above what looks like it. */
export function Asked({ picture, children }: AskedProps) {
  return (
    <header class="asked">
      <div class="asked-picture">{picture}</div>
      <div>
        <h1>Looks like this</h1>
        {children}
      </div>
    </header>
  );
}
