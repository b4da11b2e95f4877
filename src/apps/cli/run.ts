/** Runs one command where the data is: in the server that holds the folder, else here. */

import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import type { Json } from '#kernel/json';
import type { CommandResult } from './command.ts';
import { connectControl, runRemotely } from './control-client.ts';
import type { Terminal } from './terminal.ts';

async function runHere(
  command: string,
  input: Record<string, Json>,
  terminal: Terminal,
): Promise<CommandResult> {
  // Loaded here only: a command that runs in the server, and one that is misspelt, answer at once.
  const [{ composeApp }, { commands }] = await Promise.all([
    import('#apps/compose'),
    import('./commands/index.ts'),
  ]);
  const config = loadConfig(readEnvironment());
  const app = await composeApp({
    ...config,
    logLevel: readEnvironment().logLevel ? config.logLevel : 'error',
  });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
  try {
    await app.start();
    const run = commands[command];
    if (!run) throw new Error(`no command ${command}`);
    return await run(input, { app, report: terminal, signal: interrupted.signal });
  } finally {
    await app.stop();
  }
}

/** Runs a command; throws the domain error that it failed with. */
export async function runCommand(
  command: string,
  input: Record<string, Json>,
  terminal: Terminal,
): Promise<CommandResult> {
  const socket = await connectControl(loadConfig(readEnvironment()).data);
  try {
    return socket
      ? await runRemotely(socket, command, input, terminal)
      : await runHere(command, input, terminal);
  } finally {
    socket?.destroy();
  }
}
