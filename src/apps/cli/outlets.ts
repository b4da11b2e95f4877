/** `pinakes mail …` and `pinakes webhooks …`: what goes out to the world. */
import { type Command, Option } from 'commander';
import { webhookKinds } from '#services/webhooks/kinds';
import { execute } from './execute.ts';

interface JsonOption {
  readonly json?: true;
}

const json = ['--json', 'print one JSON document'] as const;

function addWebhookCommands(program: Command): void {
  const webhooks = program.command('webhooks').description('tell other programs what happens here');
  webhooks
    .command('add <url>')
    .description('register a webhook; prints its secret')
    .addOption(
      new Option('--kinds <kinds...>', 'what to tell it (default: all)')
        .choices(webhookKinds)
        .default([...webhookKinds], 'all'),
    )
    .option(...json)
    .action((url: string, options: JsonOption & { kinds: string[] }) =>
      execute('webhooks-add', { url, kinds: options.kinds }, options.json ?? false),
    );
  const add = (usage: string, name: string, description: string): void => {
    webhooks
      .command(usage)
      .description(description)
      .option(...json)
      .action((...given: unknown[]) => {
        const [id] = given;
        const options = given.at(-2) as JsonOption;
        return execute(name, typeof id === 'string' ? { id } : {}, options.json ?? false);
      });
  };
  add('list', 'webhooks-list', 'list webhooks');
  add('remove <id>', 'webhooks-remove', 'remove a webhook');
  add('test <id>', 'webhooks-test', 'send a test message and wait for the answer');
  add('deliveries [id]', 'webhooks-deliveries', 'list what was sent: of one webhook, or of all');
  add('again <id>', 'webhooks-again', 'send the message of a delivery again');
}

/** Adds what sends things out. */
export function addOutletCommands(program: Command): void {
  const mail = program.command('mail').description('look after mail');
  mail
    .command('test <address>')
    .description('send a message to an address, to prove the settings')
    .option(...json)
    .action((to: string, options: JsonOption) => execute('mail-test', { to }, options.json ?? false));
  addWebhookCommands(program);
}
