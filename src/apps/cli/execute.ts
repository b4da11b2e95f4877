/** Runs a command and prints what it answers. */
import type { Json } from '#kernel/json';
import type { CommandResult } from './command.ts';
import { createTerminal } from './terminal.ts';

type Input = Record<string, Json>;

/** Standard output holds the result alone, as one JSON document or in words; the exit code is the command's. */
export function print(result: CommandResult, json: boolean): void {
  process.stdout.write(`${json ? JSON.stringify(result.json) : result.text}\n`);
  process.exitCode = result.exitCode;
}

/** Runs a command where the data is and prints its result. */
export async function execute(name: string, input: Input, json: boolean): Promise<void> {
  // Loaded here only: help, and what is misspelt, answer at once.
  const { runCommand } = await import('./run.ts');
  const terminal = await createTerminal();
  print(await runCommand(name, input, terminal).finally(() => terminal.done()), json);
}

/** The same for a command that needs the data for itself. */
export async function executeAlone(name: string, input: Input, json: boolean): Promise<void> {
  const { runAlone } = await import('./run.ts');
  const terminal = await createTerminal();
  print(await runAlone(name, input, terminal).finally(() => terminal.done()), json);
}
