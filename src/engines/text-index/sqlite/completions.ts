/** Completions of what is being typed. */
import type { DatabaseSync } from 'node:sqlite';
import type { DocumentKind } from '../port.ts';
import { fold } from '../words/fold.ts';
import type { Audiences } from './audiences.ts';
import { everyWord, type Term, termsOf, whole } from './match.ts';
import type { Reader } from './reader.ts';

interface Completion {
  readonly text: string;
  readonly shown: string;
  readonly documents: number;
}

const kinds: readonly DocumentKind[] = ['pin', 'board', 'user'];
const wordsTried = 40;
const last = '\u{10ffff}';

/** Answers `suggest` from words, titles and tags, counted by audience. */
export class Suggestions {
  readonly #audiences: Audiences;
  readonly #reader: Reader;
  readonly #beginning;

  constructor(database: DatabaseSync, audiences: Audiences, reader: Reader) {
    this.#audiences = audiences;
    this.#reader = reader;
    this.#beginning = database.prepare(`
      SELECT text, min(shown) AS shown, sum(documents) AS documents FROM completion
      WHERE audience IN (SELECT value FROM json_each(?)) AND text >= ? AND text < ?
      GROUP BY text ORDER BY sum(documents) DESC, length(text), text LIMIT ?`);
  }

  suggest(prefix: string, audienceNames: readonly string[], limit: number): string[] {
    const terms = termsOf(prefix);
    if (terms.length === 0 || limit < 1) return [];
    const audiences = this.#audiences.known(audienceNames);
    const open = /[^\p{L}\p{N}\p{M}]$/u.test(fold(prefix)) ? ' ' : '';
    const typed = terms.map(({ text }) => text).join(' ') + open;
    const whole = this.#starting(typed, audiences, limit);
    const found = open === '' ? [...whole, ...this.#lastWord(terms, audiences)] : whole;
    found.sort((a, b) => b.documents - a.documents);
    return [...new Set(found.map(({ shown }) => shown))].slice(0, limit);
  }

  #starting(text: string, audiences: string, limit: number): Completion[] {
    return this.#beginning.all(audiences, text, text + last, limit).map((row) => ({
      text: String(row['text']),
      shown: String(row['shown']),
      documents: Number(row['documents']),
    }));
  }

  // "apple p" also becomes "apple pie" where no title says so but some visible document has both words.
  #lastWord(terms: readonly Term[], audiences: string): Completion[] {
    const typed = terms.at(-1);
    const before = terms.slice(0, -1);
    if (typed === undefined || before.length === 0) return [];
    const start = before.map(({ text }) => text).join(' ');
    return this.#starting(typed.text, audiences, wordsTried).flatMap(({ text, shown }) => {
      if (text.includes(' ')) return [];
      const match = `${everyWord(before)} AND ${whole({ text, run: typed.run })}`;
      const documents = this.#reader.visible(match, { kinds, audiences });
      return documents === 0 ? [] : { text: `${start} ${text}`, shown: `${start} ${shown}`, documents };
    });
  }
}
