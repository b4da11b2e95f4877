/** `pinakes archive …` */
import type { Command } from 'commander';
import { execute } from './execute.ts';

interface JsonOption {
  readonly json?: true;
}

/** Adds what keeps the event log in Parquet files. */
export function addArchiveCommands(program: Command): void {
  const archive = program.command('archive').description('keep the event log in Parquet files, for ever');
  archive
    .command('status')
    .description('how much is archived, and how much waits')
    .option('--json', 'print one JSON document')
    .action(({ json }: JsonOption) => execute('archive-status', {}, json ?? false));
  archive
    .command('run')
    .description('archive everything now, the events of the present hour too')
    .option('--closed', 'only the hours that are over')
    .option('--json', 'print one JSON document')
    .action(({ closed, json }: JsonOption & { readonly closed?: true }) =>
      execute('archive-run', { open: closed !== true }, json ?? false),
    );
  archive
    .command('verify')
    .description('prove that every event is in exactly one file, as it was logged')
    .option('--quick', 'names and row counts only')
    .option('--json', 'print one JSON document')
    .action(({ quick, json }: JsonOption & { readonly quick?: true }) =>
      execute('archive-verify', { quick: quick ?? false }, json ?? false),
    );
}
