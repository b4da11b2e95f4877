/** Queries in FTS5's language. Every string in it is quoted and made of letters, digits and marks only. */
import { stem } from '../words/stem.ts';
import { stopWords } from '../words/stop-words.ts';
import { pairsOf, type Token, tokensOf } from '../words/tokens.ts';

/** A word of a query. */
export type Term = Token;

const mostTerms = 16;

/** The words of a query as typed, the first sixteen. */
export function termsOf(words: string): Term[] {
  return tokensOf(words).slice(0, mostTerms);
}

/** The words that must match: without function words, unless there is nothing else. */
export function tellingTerms(terms: readonly Term[]): Term[] {
  const telling = terms.filter(({ text }) => !stopWords.has(text));
  return telling.length > 0 ? telling : [...terms];
}

/** Matches a word or its stem; of an unspaced script, its characters side by side. */
export function whole({ text, run }: Term): string {
  if (run) return runOf(text);
  const root = stem(text);
  return root === text ? `"${text}"` : `("${text}" OR "${root}")`;
}

// The last character is stored alone as well; inside a longer run it must match as the end of a pair instead.
function runOf(text: string): string {
  const pairs = pairsOf(text);
  return pairs.length === 1 ? `"${text}" *` : `"${pairs.slice(0, -1).join(' ')}"`;
}

/** Matches words that begin with a word; nothing for one letter, which begins too many. */
export function beginning({ text, run }: Term): string | undefined {
  return run || text.length < 2 ? undefined : `"${text}" *`;
}

/** Matches all of the words. */
export function everyWord(terms: readonly Term[]): string {
  return terms.map(whole).join(' AND ');
}

/** Where a last word that only begins a word may stand: anywhere, or in titles and tags alone. */
export type BegunIn = 'anywhere' | 'title and tags';

/** Matches where the last word only begins a word; undefined when that cannot be. */
export function lastWordBegun(terms: readonly Term[], where: BegunIn): string | undefined {
  const last = terms.at(-1);
  const begun = last === undefined ? undefined : beginning(last);
  if (last === undefined || begun === undefined) return undefined;
  const before = terms.slice(0, -1).map((term) => `${whole(term)} AND `);
  const columns = where === 'anywhere' ? '' : '{title tags} : ';
  return `(${before.join('')}${columns}${begun}) NOT ${whole(last)}`;
}
