/** Runs one command where the data is: in the server that holds the folder, else here. */

import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { ConflictError } from '#kernel/errors';
import type { Json } from '#kernel/json';
import type { CommandResult } from './command.ts';
import { connectControl, runRemotely } from './control-client.ts';
import type { Terminal } from './terminal.ts';

type Input = Record<string, Json>;

/** Composes the program in this process for one command; a lone one finds its jobs and consumers at rest. */
async function runHere(
  command: string,
  input: Input,
  terminal: Terminal,
  isLone = false,
): Promise<CommandResult> {
  // Loaded here only: a command that runs in the server, and one that is misspelt, answer at once.
  const [{ composeApp }, { commands, loneCommands }] = await Promise.all([
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
    if (!isLone) await app.start();
    const run = (isLone ? loneCommands : commands)[command];
    if (!run) throw new Error(`no command ${command}`);
    return await run(input, { app, report: terminal, signal: interrupted.signal });
  } finally {
    await app.stop();
  }
}

/** Runs a command; throws the domain error that it failed with. */
export async function runCommand(command: string, input: Input, terminal: Terminal): Promise<CommandResult> {
  const socket = await connectControl(loadConfig(readEnvironment()).data);
  try {
    return socket
      ? await runRemotely(socket, command, input, terminal)
      : await runHere(command, input, terminal);
  } finally {
    socket?.destroy();
  }
}

/** The same for a command that needs the data for itself. Throws `ConflictError` while a server runs on it. */
export async function runAlone(command: string, input: Input, terminal: Terminal): Promise<CommandResult> {
  const { data } = loadConfig(readEnvironment());
  const socket = await connectControl(data);
  socket?.destroy();
  if (socket) throw new ConflictError(`a server runs on ${data}; stop it first`);
  return runHere(command, input, terminal, true);
}
