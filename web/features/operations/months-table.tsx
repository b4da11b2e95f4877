import type { Month } from '#services/capacity/contract';
import { bytesText, dayText, percentText, shortText, wholeText } from './figures.ts';
import { type Column, SortTable } from './sort-table.tsx';

/** The plan's months. */
export interface MonthsTableProps {
  readonly months: readonly Month[];
}

type Key =
  | 'month'
  | 'people'
  | 'pins'
  | 'storeBytes'
  | 'pictureBytes'
  | 'writesPerSecond'
  | 'readsPerSecond'
  | 'servers'
  | 'needed'
  | 'limit'
  | 'fullest';

const nearlyFull = 0.95;

function Fullest({ month: { fullest } }: { readonly month: Month }) {
  return (
    <span
      class={fullest > nearlyFull ? 'meter is-full' : 'meter'}
      style={{ '--share': Math.min(1, fullest) }}
    >
      {percentText(fullest)}
    </span>
  );
}

const columns: readonly Column<Key, Month>[] = [
  { key: 'month', label: 'Month', isText: true, show: ({ at }) => dayText(at).slice(0, 7) },
  { key: 'people', label: 'People', show: ({ people }) => shortText(people) },
  { key: 'pins', label: 'Pins', show: ({ pins }) => shortText(pins) },
  { key: 'storeBytes', label: 'Store', show: ({ storeBytes }) => bytesText(storeBytes) },
  { key: 'pictureBytes', label: 'Pictures', show: ({ pictureBytes }) => bytesText(pictureBytes) },
  { key: 'writesPerSecond', label: 'Writes/s', show: (month) => shortText(month.writesPerSecond) },
  { key: 'readsPerSecond', label: 'Reads/s', show: (month) => shortText(month.readsPerSecond) },
  { key: 'needed', label: 'Needed', show: ({ needed }) => wholeText(needed) },
  { key: 'servers', label: 'Servers', show: ({ servers }) => wholeText(servers) },
  { key: 'limit', label: 'Binds', isText: true, show: ({ limit }) => limit },
  { key: 'fullest', label: 'Fullest', show: (month) => <Fullest month={month} /> },
];

/** What there is in each month, what it needs, and how full the fullest server is. */
export function MonthsTable({ months }: MonthsTableProps) {
  return (
    <SortTable
      caption="Month by month"
      columns={columns}
      rows={months}
      idOf={({ month }) => month}
      start={{ by: 'month', isDescending: false }}
    />
  );
}
