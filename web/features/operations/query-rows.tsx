import { useState } from 'preact/hooks';
import { csvOf } from '#kernel/csv';
import type { QueryAnswer } from '#services/queries/contract';
import { Button } from '../../shared/ui/button.tsx';
import { plural } from '../../shared/ui/format.ts';

/** What came out. */
export interface QueryRowsProps {
  readonly answer: QueryAnswer;
  /** What a saved file is called. */
  readonly name: string;
}

const page = 50;

function cellText(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'number')
    return value.toLocaleString('en', { maximumFractionDigits: 6, useGrouping: false });
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Gives the browser a file to save. */
function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

function countText({ rows, isCut, ms }: QueryAnswer): string {
  return `${plural(rows.length, 'row')}${isCut ? ' of more' : ''} in ${(ms / 1000).toFixed(2)} s`;
}

/** The rows of an answer, some at first, with the way to keep them all. */
export function QueryRows({ answer, name }: QueryRowsProps) {
  const [shown, setShown] = useState(page);
  const { columns, rows } = answer;
  const look = columns.map(({ kind }) => (kind === 'number' ? 'is-number' : ''));
  return (
    <section class="panel" aria-labelledby="query-rows">
      <div class="query-head">
        <h2 id="query-rows">Result</h2>
        <p role="status">{countText(answer)}</p>
        <Button onClick={() => save(`${name}.csv`, csvOf(answer))}>Download CSV</Button>
      </div>
      <div class="table-frame">
        <table class="figures query-table">
          <caption class="visually-hidden">What the query answered</caption>
          <thead>
            <tr>
              {columns.map((column, at) => (
                // Columns need not have different names.
                <th key={`${at} ${column.name}`} scope="col" class={look[at]}>
                  {column.name} <small>{column.type.toLowerCase()}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, at) => (
              <tr key={String(at)}>
                {row.map((value, place) => (
                  <td key={String(place)} class={look[place]} title={cellText(value)}>
                    {cellText(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown && (
        <Button
          onClick={() => setShown(shown + 4 * page)}
        >{`Show more of ${rows.length.toLocaleString('en')}`}</Button>
      )}
    </section>
  );
}
