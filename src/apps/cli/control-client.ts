/** Runs a command in the process that holds the data folder. */
import { connect, type Socket } from 'node:net';
import { type ErrorCode, PinakesError, UnavailableError } from '#kernel/errors';
import type { Json } from '#kernel/json';
import type { CommandResult, Reporter } from './command.ts';
import { controlAddress } from './control-address.ts';
import { type CommandMessage, decodeLines, encodeLine } from './wire.ts';

/** A connection to the process that holds the folder; undefined when none does. */
export function connectControl(dataFolder: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(controlAddress(dataFolder));
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

/** Sends one command and follows it to its end. Throws the domain error that it failed with. */
export async function runRemotely(
  socket: Socket,
  command: string,
  input: Record<string, Json>,
  report: Reporter,
): Promise<CommandResult> {
  socket.write(encodeLine({ command, input }));
  for await (const message of decodeLines<CommandMessage>(socket)) {
    if (message.kind === 'progress') report.progress(message.label, message.done, message.total);
    else if (message.kind === 'note') report.note(message.line);
    else if (message.kind === 'result') return message.result;
    else throw new PinakesError(message.code as ErrorCode, message.message);
  }
  throw new UnavailableError(
    'the server went away before it had finished; run the same command again to resume',
  );
}
