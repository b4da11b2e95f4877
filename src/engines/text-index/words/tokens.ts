/** Tokens: what of a text can be searched. */
import { fold } from './fold.ts';

/** A word, or a run of a script that writes no spaces between words. */
export interface Token {
  readonly text: string;
  /** Whether it is such a run, to be searched by its pairs of characters. */
  readonly run: boolean;
}

const longest = 40;
const unspaced = ['Han', 'Hiragana', 'Katakana', 'Hangul', 'Thai', 'Lao', 'Khmer', 'Myanmar'];
const run = `(?=[\\p{L}\\p{N}\\p{M}])[${unspaced.map((script) => `\\p{scx=${script}}`).join('')}]`;
const tokens = new RegExp(`(?<run>(?:${run})+)|(?:(?!${run})[\\p{L}\\p{N}\\p{M}])+`, 'gu');
// Most texts do not need the costlier expression; both give the same tokens for them.
const latin = /^[\n\x20-\x7e]*$/;
const latinWord = /[a-z0-9]+/g;
const hyphenated = /[\p{L}\p{N}]+(?:[-‐‑][\p{L}\p{N}]+)+/gu;

/** The tokens of a text, folded, in order; words are cut at 40 characters. Any text is accepted. */
export function tokensOf(text: string): Token[] {
  const folded = fold(text);
  const found: Token[] = [];
  for (const match of folded.matchAll(latin.test(folded) ? latinWord : tokens)) {
    const isRun = match.groups?.['run'] !== undefined;
    found.push({ text: isRun ? match[0] : cut(match[0]), run: isRun });
  }
  return found;
}

function cut(word: string): string {
  return word.length <= longest ? word : [...word].slice(0, longest).join('');
}

/** Hyphenated words of a text in one piece: "T-shirt" gives "tshirt". */
export function joinedWords(text: string): string[] {
  if (!/[-‐‑]/u.test(text)) return [];
  const joined = [...fold(text).matchAll(hyphenated)].map(([word]) => word.replace(/[-‐‑]/gu, ''));
  return joined.filter((word) => word.length <= longest);
}

/** A run's overlapping pairs of characters, then its last character alone, so that each character begins a pair. */
export function pairsOf(text: string): string[] {
  const characters = [...text];
  return characters.map((character, i) => character + (characters[i + 1] ?? ''));
}

/** A text as the index stores it: tokens parted by spaces, runs as pairs. */
export function indexedText(found: readonly Token[]): string {
  return found.flatMap((token) => (token.run ? pairsOf(token.text) : [token.text])).join(' ');
}
