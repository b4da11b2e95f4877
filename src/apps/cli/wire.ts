/** The messages between the command line and the process that holds the data: one JSON object a line. */
import type { Json } from '#kernel/json';
import type { CommandResult } from './command.ts';

/** What the command line sends: one line. */
export interface CommandRequest {
  readonly command: string;
  readonly input: Record<string, Json>;
}

/** What comes back: any number of progress and note lines, then one result or failure. */
export type CommandMessage =
  | { readonly kind: 'progress'; readonly label: string; readonly done: number; readonly total: number }
  | { readonly kind: 'note'; readonly line: string }
  | { readonly kind: 'result'; readonly result: CommandResult }
  | { readonly kind: 'failure'; readonly code: string; readonly message: string };

/** One message as a line. */
export function encodeLine(message: CommandMessage | CommandRequest): string {
  return `${JSON.stringify(message)}\n`;
}

/** The JSON objects of a byte stream of lines. */
export async function* decodeLines<T>(stream: AsyncIterable<Buffer | string>): AsyncIterable<T> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as T;
  }
}
