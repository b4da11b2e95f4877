import { csvOf } from '#kernel/csv';
import type { Json } from '#kernel/json';
import type { QueryAnswer } from '#services/queries/contract';
import type { Command } from '../command.ts';
import { tableOf } from '../table.ts';

const widest = 60;

/** A value in a table: on one line, and not too wide. */
function cellOf(value: unknown): string {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > widest ? `${line.slice(0, widest - 1)}…` : line;
}

function tableText({ columns, rows, isCut, ms }: QueryAnswer): string {
  const lines = tableOf(
    columns.map(({ name }) => name),
    rows.map((row) => row.map(cellOf)),
  );
  const more = isCut ? ', and there are more' : '';
  return [...lines, `${rows.length} rows${more} (${ms} ms)`].join('\n');
}

/** `pinakes sql "SELECT …"` or `--query NAME`: `{"columns", "rows", "isCut", "ms"}`. */
export const sql: Command = async (input, { app, signal }) => {
  const { queries, archive } = app.services;
  if (input['fresh'] === true) await archive.run({ open: true, signal });
  const given = (name: string) => (typeof input[name] === 'string' ? input[name] : undefined);
  const limit = Number(input['limit']);
  const answer = await queries.ask({ sql: given('sql'), query: given('query'), limit, signal });
  const text = input['csv'] === true ? csvOf(answer) : tableText(answer);
  return { json: answer as unknown as Json, text, exitCode: 0 };
};

/** `pinakes sql --list`: `{"queries", "tables"}`. */
export const sqlList: Command = async (_input, { app }) => {
  const { ready, tables } = app.services.queries;
  const columnsOf = (table: (typeof tables)[number]) => table.columns.map(({ name }) => name).join(', ');
  const lines = [
    ...tableOf(
      ['query', 'what it tells'],
      ready.map(({ name, about }) => [name, about]),
    ),
    '',
    ...tableOf(
      ['table', 'columns'],
      tables.map((table) => [table.name, columnsOf(table)]),
    ),
  ];
  return { json: { queries: [...ready], tables: [...tables] }, text: lines.join('\n'), exitCode: 0 };
};
