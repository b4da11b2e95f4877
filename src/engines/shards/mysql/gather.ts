/** Reading from many tables of many shards at once. */
import type { Catalog } from './catalog.ts';
import type { Connections, Reading } from './connections.ts';
import type { Cell, Link } from './link.ts';
import { StatementError, unavailable } from './statement-error.ts';

/** A question to one table. */
export interface Question {
  readonly shard: number;
  readonly table: string;
  /** What stands between `select` and `from`, and behind the table's name. All questions of a call have alike columns. */
  readonly columns: string;
  readonly rest: string;
  /** How many rows or keys it is about, roughly. */
  readonly weight: number;
}

/** The rows that answer a question. */
export type Rows = readonly (readonly Cell[])[];

/**
 * Where an answer may come from: from any server that has what was acknowledged here, from the primary, or from the primary
 * alone; the first two from a replica when the primary is gone.
 */
export type Source = 'any' | 'latest' | 'primary';

/** Answers, and the numbers of those that came from a server that may lack what was acknowledged. */
export interface Gathered {
  readonly answers: readonly Rows[];
  readonly stale: ReadonlySet<number>;
}

/** Questions and their weight that go together in one round trip. */
const most = { questions: 64, weight: 512 } as const;

type Numbered = readonly [at: number, question: Question];

/** Lends a connection for questions about shards. */
type Lend = (shards: readonly number[], work: Reading<void>) => Promise<void>;

function* chunks(questions: readonly Numbered[]): Generator<Numbered[]> {
  let chunk: Numbered[] = [];
  let weight = 0;
  for (const [at, question] of questions) {
    if (chunk.length > 0 && (chunk.length >= most.questions || weight + question.weight > most.weight)) {
      yield chunk;
      chunk = [];
      weight = 0;
    }
    chunk.push([at, question]);
    weight += question.weight;
  }
  if (chunk.length > 0) yield chunk;
}

/** Asks, some questions a round trip, round trips side by side. */
export class Gatherer {
  readonly #catalog: Catalog;
  readonly #connections: Connections;

  constructor(catalog: Catalog, connections: Connections) {
    this.#catalog = catalog;
    this.#connections = connections;
  }

  /** The rows that answer each question, in no order; none where a table is not there. Rejects with `UnavailableError`. */
  async gather(questions: readonly Question[], source: Source): Promise<readonly Rows[]> {
    return (await this.gatherFrom(questions, source)).answers;
  }

  /** The same, and which answers are stale. */
  async gatherFrom(questions: readonly Question[], source: Source): Promise<Gathered> {
    const answers = questions.map((): (readonly Cell[])[] => []);
    const stale = new Set<number>();
    const round = (lend: Lend, chunk: Numbered[]) =>
      lend(
        chunk.map(([, { shard }]) => shard),
        async (link, isStale) => {
          await this.#ask(link, chunk, answers);
          if (isStale) for (const [at] of chunk) stale.add(at);
        },
      );
    const parts = this.#split(questions, source);
    try {
      await Promise.all(
        parts.flatMap(([lend, some]) => [...chunks(some)].map((chunk) => round(lend, chunk))),
      );
      return { answers, stale };
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Sorts questions by who answers them. */
  #split(questions: readonly Question[], source: Source): [Lend, Numbered[]][] {
    const all = [...questions.entries()];
    const connections = this.#connections;
    if (source === 'primary')
      return [[(_, work) => connections.readPrimary((link) => work(link, false)), all]];
    if (source === 'latest') return [[(shards, work) => connections.readLatest(shards, work), all]];
    const places = Map.groupBy(all, ([, { shard }]) => connections.placeOf(shard));
    return [...places].map(([place, some]) => [
      (shards, work) => connections.readAt(place, shards, work),
      some,
    ]);
  }

  /** The rows that answer one question, in its order. */
  async ask(question: Question, source: Source): Promise<Rows> {
    const [rows = []] = await this.gather([question], source);
    return rows;
  }

  async #ask(link: Link, chunk: readonly Numbered[], answers: (readonly Cell[])[][]): Promise<void> {
    const rows = await this.#rows(link, chunk).catch((error: unknown) => {
      if (!(error instanceof StatementError && error.isMissing)) throw error;
      for (const [, { shard }] of chunk) this.#catalog.forget(shard);
      return this.#rows(link, chunk);
    });
    const [only] = chunk;
    if (only && chunk.length === 1) answers[only[0]] = [...rows];
    // Behind its columns every row has the number of its question.
    else for (const row of rows) answers[Number(row.at(-1))]?.push(row);
  }

  async #rows(link: Link, chunk: readonly Numbered[]): Promise<Rows> {
    const isThere = ([, { shard, table }]: Numbered) => this.#catalog.has(shard, table);
    const unknown = chunk.filter((part) => !isThere(part)).map(([, { shard }]) => shard);
    if (unknown.length > 0) await this.#catalog.look(link, unknown);
    const parts = chunk.filter(isThere).map(([at, { shard, table, columns, rest }]) => {
      const number = chunk.length === 1 ? '' : `, ${at}`;
      return `select ${columns}${number} from ${this.#catalog.named(shard, table)} ${rest}`;
    });
    if (parts.length === 0) return [];
    const sql = parts.length === 1 ? parts : [parts.map((part) => `(${part})`).join('\nunion all ')];
    const [answer] = await link.run(sql);
    return answer?.rows ?? [];
  }
}
