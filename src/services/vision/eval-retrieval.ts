/** Leave-one-out retrieval: each picture in turn is the query, all others the library. */
import { setImmediate } from 'node:timers/promises';
import { products } from './projection-eigen.ts';

/** How well pictures of a class find each other; all between 0 and 1. */
export interface RetrievalFigures {
  /** Mean over the queries of average precision over all other pictures. */
  readonly map: number;
  /** Share of queries whose nearest picture is of their class. */
  readonly p1: number;
  /** Mean share of the ten nearest that are of the query's class. */
  readonly p10: number;
}

const queriesAtOnce = 16;

interface Judged {
  readonly averagePrecision: number;
  readonly first: number;
  readonly firstTen: number;
}

/** Judges one query's list: which of the others, nearest first, are of its class. */
function judge(relevant: readonly boolean[]): Judged {
  let hits = 0;
  let precisions = 0;
  for (const [i, isRelevant] of relevant.entries()) {
    if (!isRelevant) continue;
    hits += 1;
    precisions += hits / (i + 1);
  }
  const ten = relevant.slice(0, 10);
  return {
    averagePrecision: precisions / hits,
    first: relevant[0] ? 1 : 0,
    firstTen: ten.filter(Boolean).length / ten.length,
  };
}

function ranked(scores: Float32Array, self: number): number[] {
  const others = Array.from(scores, (_, i) => i).filter((i) => i !== self);
  return others.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Retrieval among unit vectors by cosine, exact. Pictures alone in their class are no queries. Cost: n² products and n sorts. */
export async function leaveOneOut(
  vectors: readonly Float32Array[],
  labels: readonly string[],
): Promise<RetrievalFigures> {
  const judged: Judged[] = [];
  for (let start = 0; start < vectors.length; start += queriesAtOnce) {
    const scores = products(vectors.slice(start, start + queriesAtOnce), vectors);
    for (const [i, row] of scores.entries()) {
      const relevant = ranked(row, start + i).map((other) => labels[other] === labels[start + i]);
      if (relevant.includes(true)) judged.push(judge(relevant));
    }
    await setImmediate();
  }
  return {
    map: mean(judged.map(({ averagePrecision }) => averagePrecision)),
    p1: mean(judged.map(({ first }) => first)),
    p10: mean(judged.map(({ firstTen }) => firstTen)),
  };
}
