/** `pinakes sql …` */
import { type Command, InvalidArgumentError } from 'commander';
import { execute } from './execute.ts';

interface SqlOptions {
  readonly query?: string;
  readonly limit: number;
  readonly fresh?: true;
  readonly list?: true;
  readonly csv?: true;
  readonly json?: true;
}

const most = 100_000;

function limitOf(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${most}`);
}

function ask(sql: string | undefined, options: SqlOptions, command: Command): Promise<void> {
  const { query, limit, fresh = false, list = false, csv = false, json = false } = options;
  if (list) return execute('sql-list', {}, json);
  if ((sql === undefined) === (query === undefined))
    return command.error('error: give either SQL or --query NAME', { exitCode: 2 });
  const asked = sql === undefined ? { query: query ?? '' } : { sql };
  return execute('sql', { ...asked, limit, fresh, csv }, json);
}

/** Adds questions over the archive. */
export function addSqlCommand(program: Command): void {
  program
    .command('sql [select]')
    .description('ask the archive of events, in SQL or by a ready-made query')
    .option('--query <name>', 'a ready-made query: daily-actives, saves-funnel, retention, top-boards')
    .option('--list', 'show ready-made queries, tables and their columns')
    .option('--fresh', 'archive everything first, the events of the present hour too')
    .option('--limit <n>', 'how many rows at most', limitOf, 1000)
    .option('--csv', 'print CSV')
    .option('--json', 'print one JSON document')
    .action(ask);
}
