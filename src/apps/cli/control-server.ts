/** The control socket: how the command line reaches the process that holds the data folder. */
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { App } from '#apps/compose';
import { PinakesError } from '#kernel/errors';
import type { Command, Reporter } from './command.ts';
import { controlAddress } from './control-address.ts';
import { type CommandMessage, type CommandRequest, decodeLines, encodeLine } from './wire.ts';

function reporterTo(send: (message: CommandMessage) => void): Reporter {
  let last = 0;
  return {
    note: (line) => send({ kind: 'note', line }),
    progress(label, done, total) {
      const now = Date.now();
      if (now - last < 50 && done < total) return;
      last = now;
      send({ kind: 'progress', label, done, total });
    },
  };
}

function failureOf(error: unknown, app: App): CommandMessage {
  if (error instanceof PinakesError) return { kind: 'failure', code: error.code, message: error.message };
  app.log.error({ err: error }, 'command failed');
  return { kind: 'failure', code: 'internal', message: 'something went wrong; the log has the details' };
}

async function serve(socket: Socket, app: App): Promise<void> {
  const aborted = new AbortController();
  socket.on('close', () => aborted.abort()).on('error', () => aborted.abort());
  const send = (message: CommandMessage) => void (socket.writable && socket.write(encodeLine(message)));
  for await (const { command, input } of decodeLines<CommandRequest>(socket)) {
    try {
      // Most servers run for days without a command.
      const { commands } = await import('./commands/index.ts');
      const run: Command | undefined = commands[command];
      if (!run) throw new Error(`no command ${command}`);
      const result = await run(input, { app, report: reporterTo(send), signal: aborted.signal });
      send({ kind: 'result', result });
    } catch (error) {
      if (!aborted.signal.aborted) send(failureOf(error, app));
    }
    socket.end();
  }
}

/** Listens until closed. The socket is for its owner only (mode 0600); a left-over of a dead process is replaced. */
export async function startControlServer(app: App): Promise<Server> {
  const address = controlAddress(app.config.data);
  if (process.platform !== 'win32') await rm(address, { force: true });
  const server = createServer((socket) => void serve(socket, app).catch(() => socket.destroy()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  if (process.platform !== 'win32') await chmod(address, 0o600);
  return server;
}
