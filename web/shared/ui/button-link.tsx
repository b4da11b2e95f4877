import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';

/** A link that looks like a button. */
export interface ButtonLinkProps {
  readonly href: string;
  readonly look?: 'primary' | 'quiet' | 'bare';
  readonly children: ComponentChildren;
}

/** A link that looks like a button. */
export function ButtonLink({ href, look = 'primary', children }: ButtonLinkProps) {
  return (
    <Link href={href} class={`button button-${look}`}>
      {children}
    </Link>
  );
}
