/** Answers queries over the rows, the ledger and the graph. */
import { everyone } from '../check.ts';
import type { Graph } from './graph.ts';
import type { Ledger } from './ledger.ts';
import type { MatchBatch, QueryBatch } from './protocol.ts';
import { TopMatches } from './top-matches.ts';
import type { VectorRows } from './vector-rows.ts';

/** Public libraries up to this size are scanned exactly: 0.5 ms, and nothing is missed. */
const exactLimit = 2000;

/** The parts that a search reads. */
export interface Searchable {
  readonly rows: VectorRows;
  readonly ledger: Ledger;
  readonly graph: Graph;
}

type Query = QueryBatch['queries'][number];

function* rowsAmong({ audiences, among }: Query, { ledger }: Searchable): Generator<number> {
  for (const key of new Set(among)) {
    const row = ledger.rowOf(BigInt(key));
    if (row !== undefined && ledger.isFor(row, audiences)) yield row;
  }
}

function* publicRows({ ledger, rows }: Searchable): Generator<number> {
  for (let row = 0; row < rows.count; row++) {
    if (ledger.isPublic(row)) yield row;
  }
}

/** Rows of the named audiences other than everybody; with `withPublic`, less those that everybody may find. */
function* memberRows(audiences: readonly string[], withPublic: boolean, ledger: Ledger): Generator<number> {
  const seen = new Set<number>();
  for (const name of new Set(audiences)) {
    for (const row of ledger.rowsFor(name)) {
      if (seen.has(row) || (withPublic && ledger.isPublic(row))) continue;
      seen.add(row);
      yield row;
    }
  }
}

function match(query: Query, vector: Float32Array, parts: Searchable): TopMatches {
  const { rows, ledger, graph } = parts;
  const top = new TopMatches(query.limit, ledger.keyOf);
  const scan = (candidates: Iterable<number>): void => {
    for (const row of candidates) top.offer(row, rows.product(row, vector));
  };
  if (query.among) {
    scan(rowsAmong(query, parts));
    return top;
  }
  const withPublic = query.audiences.includes(everyone);
  scan(memberRows(query.audiences, withPublic, ledger));
  if (withPublic && ledger.publicSize <= exactLimit) scan(publicRows(parts));
  else if (withPublic) {
    const found = graph.nearest(vector, query.limit);
    for (const [i, row] of found.rows.entries()) top.offer(Number(row), 1 - (found.distances[i] ?? 1));
  }
  return top;
}

/** The matches of each query of a batch. Holds the thread for about 0.2 ms a query. */
export function nearest({ queries, vectors }: QueryBatch, parts: Searchable): MatchBatch {
  const { dimensions } = parts.rows;
  const tops = queries.map((query, i) =>
    match(query, vectors.subarray(i * dimensions, (i + 1) * dimensions), parts),
  );
  const counts = Uint32Array.from(tops, ({ rows }) => rows.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const batch = { keys: new BigUint64Array(total), scores: new Float32Array(total), counts };
  let at = 0;
  for (const { rows, scores } of tops) {
    batch.keys.set(rows.map(parts.ledger.keyOf), at);
    batch.scores.set(scores, at);
    at += rows.length;
  }
  return batch;
}
