/** Mappings in SQL. */
import { type Id, shardOf } from '#kernel/ids';
import type { MappingEntry, RangeRequest } from '../port.ts';
import type { Gatherer, Question, Rows } from './gather.ts';
import { idLiteral, integer, most } from './literals.ts';

/** The longest list of ids in one question. */
const listSize = 512;

/** How much of a round trip a range takes: a count of rows, since it may ask for more than there are. */
const rangeWeight = 16;

function behind(after: RangeRequest['after'], sign: '<' | '>'): string {
  if (!after) return '';
  const sequence = integer(after.sequence, 'sequence');
  return `and sequence ${sign}= ${sequence} and (sequence ${sign} ${sequence} or to_id ${sign} ${idLiteral(after.to)})`;
}

function rangeQuestion({ mapping, from, limit, ascending = false, after }: RangeRequest): Question {
  const [order, sign] = ascending ? (['asc', '>'] as const) : (['desc', '<'] as const);
  return {
    shard: shardOf(from),
    table: mapping,
    columns: 'to_id, sequence',
    rest: `where from_id = ${idLiteral(from)} ${behind(after, sign)}
      order by sequence ${order}, to_id ${order} limit ${most(limit)}`,
    weight: rangeWeight,
  };
}

function inOrder(a: MappingEntry, b: MappingEntry): number {
  return a.sequence - b.sequence || (BigInt(a.to) < BigInt(b.to) ? -1 : 1);
}

/** A union keeps which rows there are, but promises nothing about their order. */
function entriesOf({ from, ascending }: RangeRequest, rows: Rows): MappingEntry[] {
  const entries = rows.map(([to, sequence]) => ({ from, to: String(to) as Id, sequence: Number(sequence) }));
  return entries.sort(ascending ? inOrder : (a, b) => inOrder(b, a));
}

/** Edges from objects, in the order of the requests. */
export async function readRanges(
  gatherer: Gatherer,
  requests: readonly RangeRequest[],
): Promise<MappingEntry[][]> {
  const answers = await gatherer.gather(requests.map(rangeQuestion), 'any');
  return requests.map((request, i) => entriesOf(request, answers[i] ?? []));
}

/** Which of `to` are linked from `from`. */
export async function readLinked(
  gatherer: Gatherer,
  mapping: string,
  from: Id,
  to: readonly Id[],
): Promise<Set<Id>> {
  const questions: Question[] = [];
  for (let start = 0; start < to.length; start += listSize) {
    const list = to.slice(start, start + listSize).map(idLiteral);
    const rest = `where from_id = ${idLiteral(from)} and to_id in (${list.join()})`;
    questions.push({ shard: shardOf(from), table: mapping, columns: 'to_id', rest, weight: list.length });
  }
  const answers = await gatherer.gather(questions, 'any');
  return new Set(answers.flatMap((rows) => rows.map(([id]) => String(id) as Id)));
}

/** How many edges leave each of `from`. */
export async function readCounts(
  gatherer: Gatherer,
  mapping: string,
  from: readonly Id[],
): Promise<Map<Id, number>> {
  const questions: Question[] = [];
  for (const [shard, ids] of Map.groupBy(from, shardOf)) {
    const rest = `where from_id in (${ids.map(idLiteral).join()}) group by from_id`;
    questions.push({ shard, table: mapping, columns: 'from_id, count(*)', rest, weight: ids.length });
  }
  const counts = new Map(from.map((id) => [id, 0]));
  for (const rows of await gatherer.gather(questions, 'any')) {
    for (const [id, count] of rows) counts.set(String(id) as Id, Number(count));
  }
  return counts;
}
