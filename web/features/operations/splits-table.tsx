import type { Split } from '#services/capacity/contract';
import { dayText, spanText } from './figures.ts';
import { type Column, SortTable } from './sort-table.tsx';

/** The plan's splits. */
export interface SplitsTableProps {
  readonly splits: readonly Split[];
}

type Key = 'month' | 'server' | 'to' | 'limit';

const columns: readonly Column<Key, Split>[] = [
  { key: 'month', label: 'By', isText: true, show: ({ at }) => dayText(at) },
  { key: 'server', label: 'Server', isText: true, show: ({ server }) => server },
  {
    key: 'to',
    label: 'Gives shards to',
    isText: true,
    show: ({ to, moved }) => (
      <>
        {to} <span class="is-soft">{moved.map(spanText).join(', ')}</span>
      </>
    ),
  },
  { key: 'limit', label: 'Full of', isText: true, show: ({ limit }) => limit },
];

/** Which server gives which shards to a new one, and by when. */
export function SplitsTable({ splits }: SplitsTableProps) {
  return (
    <SortTable
      caption="Servers to split"
      columns={columns}
      rows={splits}
      idOf={({ to }) => to}
      start={{ by: 'month', isDescending: false }}
    />
  );
}
