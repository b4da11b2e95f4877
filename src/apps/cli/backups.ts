/** `pinakes backup …`, `pinakes restore …` and `pinakes recover …` */
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { execute, executeAlone, print } from './execute.ts';
import { createTerminal } from './terminal.ts';

interface JsonOption {
  readonly json?: true;
}

interface RestoreOptions extends JsonOption {
  readonly shard?: readonly number[];
  readonly until?: number;
}

interface RecoverOptions extends JsonOption {
  readonly since: number;
  readonly shard?: readonly number[];
  readonly dryRun?: boolean;
}

const highest = 65_535;
const dayMs = 86_400_000;

/** `7` or `0-63`, behind those given before. */
function shardNumbers(text: string, before: readonly number[] = []): number[] {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const [from, through] = [Number(first), Number(last)];
  if (first === '' || from > through || through > highest)
    throw new InvalidArgumentError(`must be shard numbers up to ${highest} such as 7 or 0-63`);
  return [...before, ...Array.from({ length: through - from + 1 }, (_, i) => from + i)];
}

/** A moment with its zone, so that it means the same everywhere. */
function moment(text: string): number {
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isWhole ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError('must be a time such as 2026-11-21T14:30:00Z');
}

/** A moment, or how long ago: `7d`, `36h`. */
function since(text: string): number {
  const [, count = '', unit] = /^(\d{1,5})([dh])$/.exec(text) ?? [];
  return count === '' ? moment(text) : Date.now() - Number(count) * (unit === 'd' ? dayMs : dayMs / 24);
}

async function verify(folder: string, { json }: JsonOption): Promise<void> {
  const { verifyBackup } = await import('#services/backups/index');
  const terminal = await createTerminal();
  const { progress } = terminal;
  const found = await verifyBackup(path.resolve(folder), { onProgress: progress }).finally(terminal.done);
  const lines = found.problems.map((problem) => `BAD  ${problem}`);
  const sound = `${found.shards} shards with ${found.rows} rows, whole and as they were written`;
  const text = lines.length > 0 ? lines.join('\n') : sound;
  print({ json: { ...found }, text, exitCode: lines.length > 0 ? 1 : 0 }, json ?? false);
}

function restore(folder: string, { shard, until, json }: RestoreOptions): Promise<void> {
  const input = {
    folder: path.resolve(folder),
    ...(shard !== undefined && { shards: [...shard] }),
    ...(until !== undefined && { until }),
  };
  return executeAlone('restore', input, json ?? false);
}

function recover({ since: from, shard, dryRun = false, json }: RecoverOptions): Promise<void> {
  const input = { since: from, dryRun, ...(shard !== undefined && { shards: [...shard] }) };
  return executeAlone('recover', input, json ?? false);
}

/** Adds what makes backups and uses them. */
export function addBackupCommands(program: Command): void {
  const backup = program
    .command('backup')
    .description('write a backup of all shards into a folder, while the server runs')
    .argument('<dir>')
    .option('--json', 'print one JSON document')
    .action((folder: string, { json }: JsonOption) =>
      execute('backup', { folder: path.resolve(folder) }, json ?? false),
    );
  backup
    .command('verify <dir>')
    .description('read a whole backup and compare it with what was written')
    .option('--json', 'print one JSON document')
    .action((folder: string, _options: JsonOption, command: Command) =>
      verify(folder, command.optsWithGlobals<JsonOption>()),
    );
  program
    .command('restore <dir>')
    .description('make shards again from a backup and the event log, while no server runs')
    .option(
      '--shard <n>',
      'replace this shard, or these (0-63); again for more; else all, where none holds data',
      shardNumbers,
    )
    .option('--until <time>', 'undo what people did after a moment (2026-11-21T14:30:00Z)', moment)
    .option('--json', 'print one JSON document')
    .action(restore);
  program
    .command('recover')
    .description(
      'bring shards that came back old or empty up to date from the event log, while no server runs',
    )
    .requiredOption('--since <time>', 'how far back to read the log: a moment, or 7d, or 36h', since)
    .option('--shard <n>', 'this shard, or these (0-63); again for more; else all', shardNumbers)
    .option('--dry-run', 'only tell what would be done')
    .option('--json', 'print one JSON document')
    .action(recover);
}
