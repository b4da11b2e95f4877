/** What the copying thread is asked, and what it answers. */
import type { RangeDigest, RowKey, RowPut, ShardSeal, TransferTable } from '../transfer.ts';

/** Where the thread finds the server, as the adapter was opened. */
export type CopierTarget =
  | {
      readonly kind: 'mysql';
      readonly primary: string;
      readonly prefix: string;
      readonly serverId: string | undefined;
    }
  | { readonly kind: 'tidb'; readonly url: string; readonly database: string };

/** What the thread is started with. */
export interface CopierStart {
  readonly target: CopierTarget;
  readonly count: number;
  readonly statementMs: number;
}

/** What it does. */
export interface CopierVerbs {
  put(shard: number, rows: readonly RowPut[]): Promise<void>;
  digest(shard: number, table: TransferTable, after: RowKey | undefined, limit: number): Promise<RangeDigest>;
}

/** Whoever does it. */
export interface Copying extends CopierVerbs {
  /** Ends when what is in hand is done. */
  close(): Promise<void>;
}

/** A call by its verb and parameters. */
export type CopierCall = {
  [Verb in keyof CopierVerbs]: {
    readonly number: number;
    readonly verb: Verb;
    readonly parameters: Parameters<CopierVerbs[Verb]>;
  };
}[keyof CopierVerbs];

/** An error, taken apart to cross between threads: a seal met, or the words of one that could not answer. */
export interface CopierFault {
  readonly message: string;
  readonly seal: Exclude<ShardSeal, null> | undefined;
  readonly shard: number;
}

/** An answer by its call's number. */
export type CopierAnswer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly fault: CopierFault };
