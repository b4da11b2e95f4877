/** Reading from many tables of many shards at once. */
import type { Catalog } from './catalog.ts';
import type { Connections } from './connections.ts';
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

/** Where an answer may come from. */
export type Source = 'any' | 'primary';

/** Questions and their weight that go together in one round trip. */
const most = { questions: 64, weight: 512 } as const;

type Numbered = readonly [at: number, question: Question];

function* chunks(questions: readonly Question[]): Generator<Numbered[]> {
  let chunk: Numbered[] = [];
  let weight = 0;
  for (const [at, question] of questions.entries()) {
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
  async gather(questions: readonly Question[], source: Source): Promise<Rows[]> {
    const answers: (readonly Cell[])[][] = questions.map(() => []);
    const rounds = chunks(questions).map((chunk) =>
      this.#lend(source, (link) => this.#ask(link, chunk, answers)),
    );
    try {
      await Promise.all(rounds);
      return answers;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** The rows that answer one question, in its order. */
  async ask(question: Question, source: Source): Promise<Rows> {
    const [rows = []] = await this.gather([question], source);
    return rows;
  }

  #lend<T>(source: Source, work: (link: Link) => Promise<T>): Promise<T> {
    return source === 'any' ? this.#connections.read(work) : this.#connections.readPrimary(work);
  }

  async #ask(link: Link, chunk: readonly Numbered[], answers: (readonly Cell[])[][]): Promise<void> {
    const rows = await this.#rows(link, chunk).catch((error: unknown) => {
      if (!(error instanceof StatementError && error.isMissing)) throw error;
      for (const [, { shard }] of chunk) this.#catalog.forget(shard);
      return this.#rows(link, chunk);
    });
    // Behind its columns every row has the number of its question.
    for (const row of rows) answers[Number(row.at(-1))]?.push(row);
  }

  async #rows(link: Link, chunk: readonly Numbered[]): Promise<Rows> {
    const isThere = ([, { shard, table }]: Numbered) => this.#catalog.has(shard, table);
    const unknown = chunk.filter((part) => !isThere(part)).map(([, { shard }]) => shard);
    if (unknown.length > 0) await this.#catalog.look(link, unknown);
    const parts = chunk.filter(isThere).map(([at, { shard, table, columns, rest }]) => {
      return `select ${columns}, ${at} from ${this.#catalog.named(shard, table)} ${rest}`;
    });
    if (parts.length === 0) return [];
    const sql = parts.length === 1 ? parts : [parts.map((part) => `(${part})`).join('\nunion all ')];
    const [answer] = await link.run(sql);
    return answer?.rows ?? [];
  }
}
