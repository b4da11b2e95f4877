/** For tests of durability: a child process that dies in the middle of its work. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Runs a module's source in a child process and kills it with SIGKILL once it has printed `lines`
 * lines. Answers all whole lines that it printed, those of its last moments too. Rejects with what
 * it wrote to standard error when it ends by itself.
 */
export async function killAfter(source: string, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: 'pipe' });
  const printed: string[] = [];
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  const closed = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, signal) => resolve(signal));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line);
    if (printed.length === lines) child.kill('SIGKILL');
  }
  if ((await closed) !== 'SIGKILL') throw new Error(`the child ended by itself: ${complaint}`);
  return printed;
}
