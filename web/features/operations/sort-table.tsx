import { ArrowDown, ArrowUp } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../shared/ui/button.tsx';
import { type Order, pressed, sorted } from './sort.ts';

/** A column: `key` names what rows are sorted by. */
export interface Column<K extends string, R> {
  readonly key: K;
  readonly label: string;
  readonly show: (row: R) => ComponentChildren;
  /** Numbers stand to the right. */
  readonly isText?: boolean;
}

/** A table that sorts. */
export interface SortTableProps<K extends string, R extends Readonly<Record<K, number | string>>> {
  readonly caption: string;
  readonly columns: readonly Column<K, R>[];
  readonly rows: readonly R[];
  /** Tells rows apart; the first column is the row's name. */
  readonly idOf: (row: R) => string | number;
  readonly start: Order<K>;
}

const page = 25;

interface HeadProps<K extends string> {
  readonly column: { readonly key: K; readonly label: string; readonly isText?: boolean };
  readonly order: Order<K>;
  readonly onPress: (key: K) => void;
}

function Head<K extends string>({ column, order, onPress }: HeadProps<K>) {
  const isBy = order.by === column.key;
  const direction = order.isDescending ? 'descending' : 'ascending';
  const Arrow = order.isDescending ? ArrowDown : ArrowUp;
  return (
    <th scope="col" class={column.isText ? '' : 'is-number'} aria-sort={isBy ? direction : undefined}>
      <button type="button" class="sort" onClick={() => onPress(column.key)}>
        {column.label}
        {isBy && <Arrow size={14} aria-hidden="true" />}
      </button>
    </th>
  );
}

/** A table that sorts by any column at a press on its head; long ones show more at a press. */
export function SortTable<K extends string, R extends Readonly<Record<K, number | string>>>({
  caption,
  columns,
  rows,
  idOf,
  start,
}: SortTableProps<K, R>) {
  const [order, setOrder] = useState(start);
  const [shown, setShown] = useState(page);
  const some = sorted<K, R>(rows, order).slice(0, shown);
  return (
    <>
      <div class="table-frame">
        <table class="figures">
          <caption class="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head
                  key={column.key}
                  column={column}
                  order={order}
                  onPress={(by) => setOrder(pressed(order, by))}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {some.map((row) => (
              <tr key={idOf(row)}>
                {columns.map((column, at) => {
                  const look = column.isText ? '' : 'is-number';
                  return at === 0 ? (
                    <th key={column.key} scope="row" class={look}>
                      {column.show(row)}
                    </th>
                  ) : (
                    <td key={column.key} class={look}>
                      {column.show(row)}
                    </td>
                  );
                })}
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
    </>
  );
}
