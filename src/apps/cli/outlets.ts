/** `pinakes mail …`: what goes out to the world. */
import type { Command } from 'commander';
import { execute } from './execute.ts';

interface JsonOption {
  readonly json?: true;
}

const json = ['--json', 'print one JSON document'] as const;

/** Adds what sends things out. */
export function addOutletCommands(program: Command): void {
  const mail = program.command('mail').description('look after mail');
  mail
    .command('test <address>')
    .description('send a message to an address, to prove the settings')
    .option(...json)
    .action((to: string, options: JsonOption) => execute('mail-test', { to }, options.json ?? false));
}
