/** Runs a command and prints what it answers. */
import type { Json } from '#kernel/json';
import { runCommand } from './run.ts';
import { createTerminal } from './terminal.ts';

/** Standard output holds the result alone, as one JSON document or in words; the exit code is the command's. */
export async function execute(name: string, input: Record<string, Json>, json: boolean): Promise<void> {
  const terminal = createTerminal();
  const result = await runCommand(name, input, terminal).finally(() => terminal.done());
  process.stdout.write(`${json ? JSON.stringify(result.json) : result.text}\n`);
  process.exitCode = result.exitCode;
}
