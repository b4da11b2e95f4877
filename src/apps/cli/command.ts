/** Commands that need the data: run in whichever process holds it. */

import type { App } from '#apps/compose';
import type { Json } from '#kernel/json';

/** Tells the person at the terminal how it goes. Progress may be dropped; notes are kept in order. */
export interface Reporter {
  progress(label: string, done: number, total: number): void;
  note(line: string): void;
}

/** What a command gets: plain JSON, so that it can come from another process. */
export interface CommandContext {
  readonly app: App;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** What a command answers: one JSON document, and the same in words. */
export interface CommandResult {
  readonly json: Json;
  readonly text: string;
  /** 0 good, 1 failed. */
  readonly exitCode: 0 | 1;
}

/** A command. Throws domain errors for bad input. */
export type Command = (input: Record<string, Json>, context: CommandContext) => Promise<CommandResult>;
