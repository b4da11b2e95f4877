/** `pinakes CMD`: exit code 0 good, 1 failed, 2 bad usage. */
import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { PinakesError } from '#kernel/errors';
import { addAlertsCommands } from './alerts.ts';
import { addArchiveCommands } from './archive.ts';
import { addBackupCommands } from './backups.ts';
import { addEventsCommands } from './events.ts';
import { execute } from './execute.ts';
import { addJobsCommands } from './jobs.ts';
import { addMigrateCommands } from './migrate.ts';
import { addOutletCommands } from './outlets.ts';
import { addShardsCommands } from './shards.ts';
import { addSqlCommand } from './sql.ts';

function atMost(most: number) {
  return (text: string) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`must be a whole number from 1 to ${most}`);
  };
}

interface SearchOptions {
  image?: string;
  limit: number;
  as?: string;
  json?: boolean;
}

function search(words: string[], options: SearchOptions, command: Command): Promise<void> {
  const common = { limit: options.limit, ...(options.as !== undefined && { as: options.as }) };
  const json = options.json ?? false;
  if (options.image !== undefined && words.length === 0) {
    return execute('search-picture', { image: path.resolve(options.image), ...common }, json);
  }
  if (words.length > 0 && options.image === undefined)
    return execute('search-words', { words: words.join(' '), ...common }, json);
  return command.error('error: give either WORDS or --image FILE', { exitCode: 2 });
}

interface ImportOptions {
  boardBy: string;
  as?: string;
  json?: boolean;
}

function importFolder(folder: string, options: ImportOptions, command: Command): Promise<void> {
  if (!['category', 'folder'].includes(options.boardBy)) {
    return command.error('error: --board-by must be "category" or "folder"', { exitCode: 2 });
  }
  const input = {
    folder: path.resolve(folder),
    boardBy: options.boardBy,
    ...(options.as !== undefined && { as: options.as }),
  };
  return execute('import', input, options.json ?? false);
}

function addDataCommands(program: Command): void {
  program
    .command('import <dir>')
    .description('import every picture below a folder, with the words of its metadata.jsonl')
    .option(
      '--board-by <what>',
      'one board for each "category" of metadata.jsonl or for each "folder"',
      'folder',
    )
    .option('--as <name>', "whose pins they become (default: the owner's)")
    .option('--json', 'print one JSON document')
    .action(importFolder);
  program
    .command('export <file>')
    .description('write a ZIP of everything that somebody has: profile, boards, pins, pictures')
    .option('--as <name>', "whose (default: the owner's)")
    .option('--json', 'print one JSON document')
    .action((file: string, { as, json }: { as?: string; json?: boolean }) =>
      execute('export', { file: path.resolve(file), ...(as !== undefined && { as }) }, json ?? false),
    );
  program
    .command('search [words...]')
    .description('find pins by words, or by a picture with --image')
    .option('--image <file>', 'find pins that look like this picture')
    .option('--limit <n>', 'how many at most', atMost(100), 20)
    .option('--as <name>', "through whose eyes (default: the owner's)")
    .option('--json', 'print one JSON document')
    .action(search);
}

function addCareCommands(program: Command): void {
  const evaluate = program.command('eval').description('measure quality on a folder of your own');
  evaluate
    .command('visual <dir>')
    .description('leave-one-out retrieval on DIR/<class>/*.jpg')
    .option('--json', 'print one JSON document')
    .action((dir: string, options: { json?: boolean }) =>
      execute('eval-visual', { folder: path.resolve(dir) }, options.json ?? false),
    );
  program
    .command('rebuild <name>')
    .description('recreate something derived (words, vectors, counters, feeds, … or all) from the event log')
    .option('--partial', 'also where the log no longer holds the beginning: from what is kept')
    .option('--json', 'print one JSON document')
    .action((name: string, { partial = false, json }: { partial?: boolean; json?: boolean }) =>
      execute('rebuild', { name, partial }, json ?? false),
    );
  program
    .command('doctor')
    .description('check that everything is sound and agrees')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) => execute('doctor', {}, options.json ?? false));
}

async function start(): Promise<void> {
  const { startServer } = await import('#apps/server');
  await startServer();
}

function createProgram(): Command {
  const program = new Command('pinakes');
  program
    .description('Save pictures, arrange them on boards, find more like them.')
    .exitOverride()
    .showHelpAfterError();
  program.command('start').description('start everything in this process').action(start);
  addDataCommands(program);
  addCareCommands(program);
  addShardsCommands(program);
  addBackupCommands(program);
  addArchiveCommands(program);
  addSqlCommand(program);
  addEventsCommands(program);
  addJobsCommands(program);
  addAlertsCommands(program);
  addMigrateCommands(program);
  addOutletCommands(program);
  return program;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const message =
    error instanceof PinakesError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`pinakes: ${message}\n`);
  return error instanceof PinakesError && error.code === 'invalid_input' ? 2 : 1;
}

// Subcommands inherit exitOverride only when they are made after it was set on their parent.
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
