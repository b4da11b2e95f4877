/** `pinakes shards …` */
import { type Command, InvalidArgumentError } from 'commander';
import { execute } from './execute.ts';
import { addShardMoves } from './migrate.ts';
import { createTerminal } from './terminal.ts';

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('must be a number');
}

/** Flags with what they mean; limits are the capacity service's to check. */
const figures: readonly [flag: string, meaning: string][] = [
  ['--people <n>', 'people now'],
  ['--pins <n>', 'pins now'],
  ['--pins-per-person <n>', 'instead of --pins'],
  ['--growth <percent>', 'growth of people and pins a month'],
  ['--months <n>', 'how far to look ahead'],
  ['--bytes-per-pin <n>', 'in one copy of the store, indexes included'],
  ['--picture-bytes-per-pin <n>', 'original and derivatives'],
  ['--writes-per-person <n>', 'transactions a day; the save of a new picture is five'],
  ['--reads-per-person <n>', 'reads of 25 objects a day that no cache answers'],
  ['--peak <factor>', 'the busiest second over the average one'],
  ['--skew <factor>', 'the fullest shard over the average one'],
  ['--disk-bytes <n>', "one server's disk, for example 1e12"],
  ['--writes-per-second <n>', 'transactions one server can do'],
  ['--reads-per-second <n>', 'reads of 25 objects one server can do'],
  ['--fill <percent>', 'how much of a limit may be used'],
  ['--replicas <n>', 'copies of every server'],
  ['--shards <n>', 'virtual shards'],
];

interface PlanOptions {
  readonly measure?: true;
  readonly json?: true;
  readonly [figure: string]: number | true | undefined;
}

interface PromoteOptions {
  readonly to?: string;
  readonly json?: true;
}

/** In this process, so that a server at work on the same folder is not held up by it. */
async function measureHere(): Promise<void> {
  const [{ measureRates }, { loadConfig }, { readEnvironment }] = await Promise.all([
    import('#apps/compose-capacity'),
    import('#apps/config/config'),
    import('#apps/config/env'),
  ]);
  const terminal = await createTerminal();
  const config = loadConfig(readEnvironment());
  await measureRates(config, (done, total) => terminal.progress('Measuring, seconds', done, total));
  terminal.done();
}

async function plan({ measure, json, ...request }: PlanOptions): Promise<void> {
  if (measure) await measureHere();
  const given = Object.entries(request).filter((entry) => typeof entry[1] === 'number');
  await execute('shards-plan', Object.fromEntries(given) as Record<string, number>, json ?? false);
}

/** Adds what looks after shards. */
export function addShardsCommands(program: Command): void {
  const shards = program.command('shards').description('look after shards and servers');
  const planning = shards
    .command('plan')
    .description('plan shards, servers and split dates; what is left out is counted or measured')
    .option('--measure', 'measure this machine first (6 seconds) and remember it')
    .option('--json', 'print one JSON document')
    .action(plan);
  for (const [flag, meaning] of figures) planning.option(flag, meaning, number);
  shards
    .command('promote <backend>')
    .description("make a replica of a backend's primary the primary, when that is gone or to be replaced")
    .option('--to <server>', 'which, by its URL or address; else the one that has received most')
    .option('--json', 'print one JSON document')
    .action((backend: string, { to, json }: PromoteOptions) =>
      execute('shards-promote', { backend, ...(to !== undefined && { to }) }, json ?? false),
    );
  addShardMoves(shards);
}
