/** The text index on one database file, answering at once: to be run off the event loop. */
import type { DatabaseSync } from 'node:sqlite';
import { type Durability, openSqlite } from '#kernel/sqlite';
import type { TextDocument, TextQuery, TextResult } from '../port.ts';
import { Audiences } from './audiences.ts';
import { Suggestions } from './completions.ts';
import { Reader } from './reader.ts';
import { schema } from './schema.ts';
import { Vocabulary } from './vocabulary.ts';
import { type Removal, Writer } from './writer.ts';

/** The text index port's verbs, synchronous. */
export class TextDatabase {
  readonly #database: DatabaseSync;
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #suggestions: Suggestions;
  readonly #size;

  /** Opens or makes the file. */
  constructor(path: string, durability: Durability) {
    this.#database = openSqlite({ path, durability, schema });
    const audiences = new Audiences(this.#database);
    const vocabulary = new Vocabulary(this.#database);
    this.#writer = new Writer(this.#database, audiences, vocabulary);
    this.#reader = new Reader(this.#database, audiences, vocabulary);
    this.#suggestions = new Suggestions(this.#database, audiences, this.#reader);
    this.#size = this.#database.prepare('SELECT count(*) AS documents FROM document WHERE removed = 0');
  }

  /** One transaction. */
  index(documents: readonly TextDocument[]): void {
    this.#writer.index(documents);
  }

  /** One transaction. */
  remove(removals: readonly Removal[]): void {
    this.#writer.remove(removals);
  }

  query(query: TextQuery): TextResult {
    return this.#reader.query(query);
  }

  suggest(prefix: string, audiences: readonly string[], limit: number): string[] {
    return this.#suggestions.suggest(prefix, audiences, limit);
  }

  size(): number {
    return Number(this.#size.get()?.['documents']);
  }

  clear(): void {
    this.#writer.clear();
  }

  close(): void {
    this.#database.close();
  }
}
