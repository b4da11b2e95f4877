import type { ComponentChildren } from 'preact';
import { Tabs } from '../../shared/ui/tabs.tsx';

/** Pages for whoever runs the site, side by side. */
const places = [
  { href: '/operations', label: 'Overview' },
  { href: '/operations/live', label: 'Live' },
  { href: '/operations/shards', label: 'Shards' },
  { href: '/operations/plan', label: 'Plan' },
  { href: '/operations/migrations', label: 'Migrations' },
  { href: '/operations/jobs', label: 'Jobs' },
  { href: '/operations/events', label: 'Events' },
  { href: '/operations/webhooks', label: 'Webhooks' },
  { href: '/operations/query', label: 'Query' },
];

/** One of the operations pages. */
export interface OperationsFrameProps {
  readonly title: string;
  /** Its path. */
  readonly here: string;
  readonly children: ComponentChildren;
}

/** What all operations pages share: the title, and the way to the others. */
export function OperationsFrame({ title, here, children }: OperationsFrameProps) {
  return (
    <div class="page operations">
      <header class="operations-head">
        <h1>{title}</h1>
        <Tabs label="Operations" tabs={places.map((place) => ({ ...place, isHere: place.href === here }))} />
      </header>
      {children}
    </div>
  );
}
