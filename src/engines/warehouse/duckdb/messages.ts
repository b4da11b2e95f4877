/** What a warehouse and its process tell each other. */
import type { WarehouseAnswer, WarehouseTable } from '../port.ts';

/** How much the process may take. */
export interface DuckdbLimits {
  readonly memoryMb: number;
  readonly threads: number;
  /** Characters of JSON that are answered at most. */
  readonly answerChars: number;
}

/** A question to the process. */
export interface DuckdbOrder {
  readonly limits: DuckdbLimits;
  readonly sql: string;
  readonly tables: readonly WarehouseTable[];
  readonly maxRows: number;
  readonly timeoutMs: number;
}

/** What the process answers, to each order once; `gone`: a named file is not there. A `refusal` ends the sentence that begins with the statement. */
export type DuckdbReply =
  | { readonly answer: WarehouseAnswer }
  | { readonly refusal: string }
  | { readonly gone: true };
