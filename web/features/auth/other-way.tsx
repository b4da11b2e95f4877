import { Link, useSearch } from 'wouter-preact';

/** The other form. */
export interface OtherWayProps {
  readonly question: string;
  readonly href: string;
  readonly label: string;
}

/** Leads to the other form, with where to go afterwards. */
export function OtherWay({ question, href, label }: OtherWayProps) {
  const next = new URLSearchParams(useSearch()).get('next');
  return (
    <p class="auth-other">
      {question} <Link href={next ? `${href}?next=${encodeURIComponent(next)}` : href}>{label}</Link>
    </p>
  );
}
