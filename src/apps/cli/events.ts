/** `pinakes events …` */
import type { Command } from 'commander';
import { execute } from './execute.ts';

interface JsonOption {
  readonly json?: true;
}

const given = (consumer: string | undefined, id?: string) => ({
  ...(consumer !== undefined && { consumer }),
  ...(id !== undefined && { id }),
});

/** Adds what looks after the consumers of the event log. */
export function addEventsCommands(program: Command): void {
  const events = program.command('events').description('look after events that could not be applied');
  const add = (usage: string, name: string, description: string): void => {
    events
      .command(usage)
      .description(description)
      .option('--json', 'print one JSON document')
      .action((consumer: string | undefined, idOrOptions: string | JsonOption | undefined, rest: unknown) => {
        // A command without a second argument is called with its options in that place.
        const id = typeof idOrOptions === 'string' ? idOrOptions : undefined;
        const { json } = (typeof idOrOptions === 'object' ? idOrOptions : (rest as JsonOption)) ?? {};
        return execute(name, given(consumer, id), json ?? false);
      });
  };
  add('parked [consumer]', 'events-parked', 'list parked events with their causes');
  add('replay <consumer> [id]', 'events-replay', 'apply parked events again: one, or all of a consumer');
  add('discard <consumer> [id]', 'events-discard', 'forget parked events: one, or all of a consumer');
}
