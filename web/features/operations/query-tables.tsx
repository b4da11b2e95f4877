import type { QueryTable } from '#services/queries/contract';

/** The tables that can be asked. */
export interface QueryTablesProps {
  readonly tables: readonly QueryTable[];
}

/** What there is to ask: tables and their columns, folded away. */
export function QueryTables({ tables }: QueryTablesProps) {
  return (
    <details class="panel query-tables">
      <summary>Tables and columns</summary>
      {tables.map(({ name, about, columns }) => (
        <section key={name} aria-label={name}>
          <h3>{name}</h3>
          <p class="lead">{about}</p>
          <ul>
            {columns.map((column) => (
              <li key={column.name}>
                <code>{column.name}</code> <small>{column.type}</small>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}
