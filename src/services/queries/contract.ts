/**
 * Queries: the owner's questions over the archive, in SQL, own ones and ready-made ones.
 *
 * There are two tables, `actions` and `changes`, with the columns of `tables`. They say what the log said, secret boards
 * included, and never what the store keeps out of its events. Questions only read, and only these.
 */
import Type, { type Static } from 'typebox';

/** How an answer is best drawn: a column across, and one to three columns of numbers up. */
const ChartSchema = Type.Object({
  kind: Type.Unsafe<'bar' | 'line'>({ type: 'string', enum: ['bar', 'line'] }),
  x: Type.String(),
  y: Type.Array(Type.String()),
});
export type QueryChart = Static<typeof ChartSchema>;

/** A question that many ask. */
export const ReadyQuerySchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  about: Type.String(),
  sql: Type.String(),
  chart: ChartSchema,
});
export type ReadyQuery = Static<typeof ReadyQuerySchema>;

/** A table that can be asked. */
export const QueryTableSchema = Type.Object({
  name: Type.String(),
  about: Type.String(),
  columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })),
});
export type QueryTable = Static<typeof QueryTableSchema>;

const value = Type.Unknown();

/** What came out. Whole numbers that are not exact in JSON are texts. */
export const QueryAnswerSchema = Type.Object({
  columns: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      kind: Type.Unsafe<'number' | 'text'>({ type: 'string', enum: ['number', 'text'] }),
    }),
  ),
  rows: Type.Array(Type.Array(value)),
  /** Whether there is more than this. */
  isCut: Type.Boolean(),
  ms: Type.Integer(),
});
export type QueryAnswer = Static<typeof QueryAnswerSchema>;

/** A question: SQL, or a ready-made one by its name. */
export interface QueryRequest {
  readonly sql?: string | undefined;
  readonly query?: string | undefined;
  /** 1 to 100,000; 1,000 when left out. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The queries service. */
export interface Queries {
  readonly ready: readonly ReadyQuery[];
  readonly tables: readonly QueryTable[];
  /**
   * Answers a question over what is archived, within 30 seconds. Throws `InvalidInputError` for a bad question or one that takes
   * too much, `NotFoundError` for an unknown ready-made one, `UnavailableError` without an archive or when many ask.
   */
  ask(request: QueryRequest): Promise<QueryAnswer>;
  /** Breaks off what runs. */
  close(): Promise<void>;
}
