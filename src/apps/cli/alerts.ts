/** `pinakes alerts …` */
import { type Command, InvalidArgumentError } from 'commander';
import { execute } from './execute.ts';

interface JsonOption {
  readonly json?: true;
}

function minutes(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 43_200) return value;
  throw new InvalidArgumentError('must be a whole number of minutes up to 43200');
}

/** Adds what looks after alerts. */
export function addAlertsCommands(program: Command): void {
  const alerts = program.command('alerts').description('what is not as usual on this site');
  alerts
    .command('list', { isDefault: true })
    .description('list alerts, the latest first; exit code 1 while one fires')
    .option('--json', 'print one JSON document')
    .action(({ json }: JsonOption) => execute('alerts-list', {}, json ?? false));
  alerts
    .command('acknowledge <id>')
    .description('say that an alert is known')
    .option('--json', 'print one JSON document')
    .action((id: string, { json }: JsonOption) => execute('alerts-acknowledge', { id }, json ?? false));
  alerts
    .command('silence <signal>')
    .description('send nothing of a signal for a while')
    .option('--minutes <n>', 'for how long; 0 ends it', minutes, 60)
    .option('--json', 'print one JSON document')
    .action((signal: string, options: JsonOption & { minutes: number }) =>
      execute('alerts-silence', { signal, minutes: options.minutes }, options.json ?? false),
    );
}
