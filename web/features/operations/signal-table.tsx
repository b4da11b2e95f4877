import type { SignalView } from '#services/monitor/contract';
import { signalText, stateText } from './live-text.ts';
import { momentText } from './moment.ts';
import { type Column, SortTable } from './sort-table.tsx';

/** What is watched. */
export interface SignalTableProps {
  readonly signals: readonly SignalView[];
}

type Key = 'title' | 'value' | 'expected' | 'state';
type Row = Omit<SignalView, 'value' | 'expected'> & { readonly value: number; readonly expected: number };

const figure = (unit: SignalView['unit'], value: number) => signalText(unit, value < 0 ? null : value);

const columns: readonly Column<Key, Row>[] = [
  { key: 'title', label: 'Signal', isText: true, show: ({ title }) => title },
  { key: 'value', label: 'Now', show: ({ unit, value }) => figure(unit, value) },
  { key: 'expected', label: 'Usual', show: ({ unit, expected }) => figure(unit, expected) },
  {
    key: 'state',
    label: 'State',
    isText: true,
    show: (row) => (
      <span class={row.state === 'firing' ? 'is-alarming' : ''}>
        {stateText(row)}
        {row.silencedUntil !== null && `, silent until ${momentText(row.silencedUntil).slice(11, 16)} UTC`}
      </span>
    ),
  },
];

/** Each signal beside what is usual at this time of day. */
export function SignalTable({ signals }: SignalTableProps) {
  return (
    <section class="panel" aria-labelledby="live-signals">
      <h2 id="live-signals">What is watched</h2>
      <SortTable
        caption="Signals with their value now and what is usual"
        columns={columns}
        rows={signals.map((one): Row => ({ ...one, value: one.value ?? -1, expected: one.expected ?? -1 }))}
        idOf={({ name }) => name}
        start={{ by: 'state', isDescending: false }}
      />
    </section>
  );
}
