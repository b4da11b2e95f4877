/** Queries of the text index. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DocumentKind, TextMatch, TextQuery, TextResult } from '../port.ts';
import { correctable } from '../words/grams.ts';
import type { Audiences } from './audiences.ts';
import { beginning, everyWord, lastWordBegun, type Term, tellingTerms, termsOf, whole } from './match.ts';
import { columnWeights, shelves } from './schema.ts';
import type { Vocabulary } from './vocabulary.ts';

const mostCounted = 1000;
const halfScore = 4;

interface View {
  readonly kinds: readonly DocumentKind[];
  /** Audience numbers as JSON. */
  readonly audiences: string;
}

/**
 * Answers queries. Phases: all words, whole or stemmed; where that leaves room, documents in which the last
 * word only begins a word, always behind, and in titles and tags alone if the word stands whole in others
 * ("pie" is no search for "pieces"); where nothing is found at all, words without a single visible match are
 * corrected and the two phases run again.
 */
export class Reader {
  readonly #audiences: Audiences;
  readonly #vocabulary: Vocabulary;
  readonly #statements;

  constructor(database: DatabaseSync, audiences: Audiences, vocabulary: Vocabulary) {
    this.#audiences = audiences;
    this.#vocabulary = vocabulary;
    this.#statements = prepare(database);
  }

  query({ words, kinds, audiences, limit, offset = 0 }: TextQuery): TextResult {
    const view = { kinds: [...new Set(kinds)], audiences: this.#audiences.known(audiences) };
    const typed = termsOf(words);
    const terms = tellingTerms(typed);
    if (terms.length === 0 || limit < 1) return { matches: [], corrected: null };
    const matches = this.#find(terms, view, offset + limit);
    if (matches.length > 0) return { matches: matches.slice(offset), corrected: null };
    const mended = this.#correct(terms, view);
    if (mended === undefined) return { matches: [], corrected: null };
    const corrected = typed.map((term) => mended.get(term) ?? term);
    return {
      matches: this.#find(tellingTerms(corrected), view, offset + limit).slice(offset),
      corrected: corrected.map(({ text }) => text).join(' '),
    };
  }

  /** How many documents that the audiences may see match an expression; counts to 1,000. */
  visible(match: string, view: View): number {
    const counted = view.kinds.map((kind) =>
      this.#statements[kind].count.get(match, view.audiences, mostCounted),
    );
    return counted.reduce((sum, row) => sum + Number(row?.['found']), 0);
  }

  #find(terms: readonly Term[], view: View, limit: number): TextMatch[] {
    const exact = this.#best(everyWord(terms), view, limit, 0.5);
    const where = exact.length > 0 ? 'title and tags' : 'anywhere';
    const begun = exact.length < limit ? lastWordBegun(terms, where) : undefined;
    return begun === undefined ? exact : [...exact, ...this.#best(begun, view, limit - exact.length, 0)];
  }

  // Scores fall into the half-open half that starts at `floor`, so that the phases keep their order.
  #best(match: string, view: View, limit: number, floor: number): TextMatch[] {
    const found: TextMatch[] = [];
    for (const kind of view.kinds) {
      for (const row of this.#statements[kind].best.all(match, view.audiences, limit)) {
        const relevance = Number(row['relevance']);
        const score = floor + (0.5 * relevance) / (relevance + halfScore);
        found.push({ id: String(row['id']) as TextMatch['id'], kind, score });
      }
    }
    return found.sort((a, b) => b.score - a.score || newestFirst(a.id, b.id)).slice(0, limit);
  }

  #correct(terms: readonly Term[], view: View): Map<Term, Term> | undefined {
    const mended = new Map<Term, Term>();
    for (const [i, term] of terms.entries()) {
      const begun = i === terms.length - 1 ? beginning(term) : undefined;
      const match = begun === undefined ? whole(term) : `${whole(term)} OR ${begun}`;
      if (this.visible(match, view) > 0) continue;
      const better = correctable(term.text) ? this.#nearest(term, view) : undefined;
      if (better === undefined) return undefined;
      mended.set(term, better);
    }
    return mended.size > 0 ? mended : undefined;
  }

  // Only words that this viewer may see are ever looked at: others count as unknown.
  #nearest(term: Term, view: View): Term | undefined {
    let best: { word: string; rank: number; documents: number } | undefined;
    for (const { word, rank } of this.#vocabulary.near(term.text)) {
      if (best !== undefined && rank > best.rank) break;
      const documents = this.visible(`"${word}"`, view);
      if (documents > (best?.documents ?? 0)) best = { word, rank, documents };
    }
    return best && { text: best.word, run: false };
  }
}

function newestFirst(a: string, b: string): number {
  return b.length - a.length || (a < b ? 1 : -1);
}

interface Statements {
  /** MATCH, audiences, limit → id, relevance; best first. */
  readonly best: StatementSync;
  /** MATCH, audiences, most → found. */
  readonly count: StatementSync;
}

function prepare(database: DatabaseSync): Record<DocumentKind, Statements> {
  const of = (table: string): Statements => {
    // The unary plus keeps the planner from probing once for each audience of somebody with many secret boards.
    const shown = `${table} MATCH ? AND EXISTS (SELECT 1 FROM seen WHERE seen.id = ${table}.rowid
      AND +seen.audience IN (SELECT value FROM json_each(?)))`;
    const relevance = `-bm25(${table}, ${columnWeights.join(', ')})`;
    return {
      best: database.prepare(`
        SELECT CAST(rowid AS TEXT) AS id, ${relevance} AS relevance FROM ${table}
        WHERE ${shown} ORDER BY relevance DESC, rowid DESC LIMIT ?`),
      count: database.prepare(
        `SELECT count(*) AS found FROM (SELECT 1 FROM ${table} WHERE ${shown} LIMIT ?)`,
      ),
    };
  };
  return { pin: of(shelves.pin), board: of(shelves.board), user: of(shelves.user) };
}
