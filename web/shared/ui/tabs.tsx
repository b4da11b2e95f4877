import { Link } from 'wouter-preact';

/** Pages that stand side by side. */
export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly { readonly href: string; readonly label: string; readonly isHere: boolean }[];
}

/** Links between pages that stand side by side. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.href} href={tab.href} class="tab" aria-current={tab.isHere ? 'page' : undefined}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
