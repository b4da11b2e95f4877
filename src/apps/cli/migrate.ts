/** `pinakes migrate …`, and `pinakes shards move`. */
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { backendAt } from '#apps/config/backend-address';
import type { BackendSpec } from '#engines/shards/topology';
import type { Json } from '#kernel/json';
import type { Span } from '#services/migrations/contract';
import { execute } from './execute.ts';

/** An engine by its name on the map, or by its address; a folder is told from where the command is given. */
function engine(text: string): string | BackendSpec {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) return text;
  const spec = backendAt('--to', text);
  return spec.kind === 'sqlite' ? { ...spec, folder: path.resolve(spec.folder) } : spec;
}

function span(text: string): Span {
  const [, from, through = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text.trim()) ?? [];
  if (from !== undefined) return { from: Number(from), through: Number(through) };
  throw new InvalidArgumentError('must be shards such as 0-63 or 0-9,12');
}

const spans = (text: string): Span[] => text.split(',').map(span);

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('must be a number from 0 to 100');
}

interface Options {
  readonly json?: true;
  readonly [option: string]: unknown;
}

/** What was given, under the names that the command knows it by. */
function run(command: string, { json, ...input }: Options): Promise<void> {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return execute(command, Object.fromEntries(given) as Record<string, Json>, json ?? false);
}

function addNamed(migrate: Command, word: string, description: string): Command {
  return migrate
    .command(`${word} [name]`)
    .description(description)
    .option('--json', 'print one JSON document')
    .action((name: string | undefined, options: Options) => run(`migrate-${word}`, { ...options, name }));
}

const detach = ['--detach', 'do not wait until it is done'] as const;

/** Adds what moves shards between engines. */
export function addMigrateCommands(program: Command): void {
  const migrate = program
    .command('migrate')
    .description('move shards to another engine while people use them; without NAME, the one under way');
  migrate
    .command('start')
    .description('begin: the new side is tried with reads, nothing is copied yet')
    .requiredOption(
      '--to <engine>',
      'mysql:// or tidb://user:password@host:port, sqlite:FOLDER, or a name of `shards status`',
      engine,
    )
    .option('--shards <ranges>', 'which shards (default: all)', spans)
    .option('--name <name>', 'what to call it')
    .option('--auto', 'go through all phases, up to and including backup')
    .option(...detach)
    .option('--json', 'print one JSON document')
    .action((options: Options) => run('migrate-start', options));
  addNamed(migrate, 'status', 'how it does');
  addNamed(migrate, 'advance', 'begin the next phase')
    .option('--percent <n>', 'how many of a hundred shards are to live on the new side', percent)
    .option(...detach);
  addNamed(migrate, 'rollback', 'take everything back, from any phase').option(...detach);
  addNamed(migrate, 'report', 'what it did: rows, bytes, durations, differences, latencies');
  addNamed(migrate, 'finish', 'stop keeping the old side in step')
    .option('--drop', 'and erase it')
    .option(...detach);
}

/** Adds `status` and `move` to `pinakes shards`. */
export function addShardMoves(shards: Command): void {
  shards
    .command('status')
    .description('which engine serves which shards')
    .option('--json', 'print one JSON document')
    .action((options: Options) => run('shards-status', options));
  shards
    .command('move <shards...>')
    .description('move shards to another engine, all phases to the end')
    .requiredOption('--to <engine>', 'as for migrate start', engine)
    .option('--drop', 'erase them where they were')
    .option('--json', 'print one JSON document')
    .action((words: string[], options: Options) =>
      run('shards-move', { ...options, shards: words.flatMap(spans) }),
    );
}
