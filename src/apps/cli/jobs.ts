/** `pinakes jobs …` */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Json } from '#kernel/json';
import { execute } from './execute.ts';

interface JsonOption {
  readonly json?: true;
}

interface ScanOptions extends JsonOption {
  readonly state?: string;
  readonly name?: string;
  readonly priority?: number;
  readonly payload?: string;
  readonly limit?: number;
}

interface LimitOptions extends JsonOption {
  readonly concurrency?: number | null;
  readonly rate?: number | null;
  readonly burst?: number;
}

function whole(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('must be a whole number');
}

function numberOrNone(text: string): number | null {
  if (text === 'none') return null;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('must be a number or "none"');
}

/** What was given, without what was left out and without `json`. */
function given({ json: _json, ...options }: JsonOption & object): Record<string, Json> {
  const pairs = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs) as Record<string, Json>;
}

const states = ['pending', 'running', 'done', 'failed'];

function addLooking(jobs: Command): void {
  jobs
    .command('list')
    .description('list jobs in a state, the newest first')
    .addOption(new Option('--state <state>', 'which').choices(states).default('failed'))
    .option('--name <name>', 'of this name only')
    .option('--priority <n>', 'of this priority only', whole)
    .option('--payload <text>', 'whose payload as JSON holds this text; * is any characters')
    .option('--limit <n>', 'how many at most', whole)
    .option('--json', 'print one JSON document')
    .action((options: ScanOptions) => execute('jobs-list', given(options), options.json ?? false));
  jobs
    .command('show <id>')
    .description('show a job with its payload')
    .option('--json', 'print one JSON document')
    .action((id: string, { json }: JsonOption) => execute('jobs-show', { id }, json ?? false));
  jobs
    .command('stats')
    .description('show depth, age, rates, failures and limits by name')
    .option('--json', 'print one JSON document')
    .action(({ json }: JsonOption) => execute('jobs-stats', {}, json ?? false));
}

function addSettling(jobs: Command): void {
  jobs
    .command('retry [ids...]')
    .description('put failed jobs back to pending: some, or with --name all of a name, or --all')
    .option('--name <name>', 'all failed ones of this name')
    .option('--all', 'all failed ones')
    .option('--json', 'print one JSON document')
    .action((ids: string[], options: JsonOption & { name?: string; all?: true }, command: Command) => {
      const ways = [ids.length > 0, options.name !== undefined, options.all === true];
      if (ways.filter((way) => way).length !== 1)
        return command.error('error: give either IDS, --name NAME or --all', { exitCode: 2 });
      return execute('jobs-retry', { ids, ...given(options) }, options.json ?? false);
    });
  jobs
    .command('delete <ids...>')
    .description('forget jobs, whatever their state')
    .option('--json', 'print one JSON document')
    .action((ids: string[], { json }: JsonOption) => execute('jobs-delete', { ids }, json ?? false));
}

function addDirecting(jobs: Command): void {
  const simple = (name: string, description: string) =>
    jobs
      .command(`${name} <name>`)
      .description(description)
      .option('--json', 'print one JSON document')
      .action((queue: string, { json }: JsonOption) =>
        execute(`jobs-${name}`, { name: queue }, json ?? false),
      );
  simple('pause', 'begin no more jobs of a name; it takes in new ones');
  simple('resume', 'go on with the jobs of a name');
  jobs
    .command('drain <name>')
    .description('pause a name and wait until its jobs in hand have ended')
    .option('--timeout <seconds>', 'how long to wait', whole, 60)
    .option('--json', 'print one JSON document')
    .action((name: string, { timeout, json }: JsonOption & { timeout: number }) =>
      execute('jobs-drain', { name, timeout }, json ?? false),
    );
  jobs
    .command('limit <name>')
    .description('limit the jobs of a name in all processes; "none" takes a limit away')
    .option('--concurrency <n>', 'how many run at once', numberOrNone)
    .option('--rate <n>', 'how many begin a second in the long run', numberOrNone)
    .option('--burst <n>', 'how many begin at once after a rest (default: the rate, rounded up)', whole)
    .option('--json', 'print one JSON document')
    .action((name: string, options: LimitOptions) =>
      execute('jobs-limit', { name, ...given(options) }, options.json ?? false),
    );
}

/** Adds what looks after jobs. */
export function addJobsCommands(program: Command): void {
  const jobs = program.command('jobs').description('look after the queue of slow work');
  addLooking(jobs);
  addSettling(jobs);
  addDirecting(jobs);
}
