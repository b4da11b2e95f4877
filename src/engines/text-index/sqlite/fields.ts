/** What of a document goes into which table. */
import type { TextDocument } from '../port.ts';
import { correctable } from '../words/grams.ts';
import { stem } from '../words/stem.ts';
import { stopWords } from '../words/stop-words.ts';
import { indexedText, joinedWords, type Token, tokensOf } from '../words/tokens.ts';

/** Words and phrases that complete what is being typed: as matched, and as shown. */
export type Completions = ReadonlyMap<string, string>;

/** A document taken apart. */
export interface Fields {
  /** The six columns of the full-text table. */
  readonly columns: readonly string[];
  /** Words that can be corrections, each once. */
  readonly vocabulary: ReadonlySet<string>;
}

const longestPhrase = { words: 8, characters: 60 };

function stemsOf(tokens: readonly Token[], texts: readonly string[]): string {
  const stems: string[] = [];
  for (const { text, run } of tokens) {
    const root = run ? text : stem(text);
    if (root !== text) stems.push(root);
  }
  return [...stems, ...texts.flatMap(joinedWords)].join(' ');
}

/** Takes a document apart for searching. A stem is stored only where it differs from its word. */
export function fieldsOf(document: TextDocument): Fields {
  const texts = [document.title, document.tags.join('\n'), document.body, document.extra];
  const [title = [], ...rest] = texts.map(tokensOf);
  const tokens = [title, ...rest];
  const stems = [stemsOf(title, texts.slice(0, 1)), stemsOf(rest.flat(), texts.slice(1))];
  const words = tokens.flat().flatMap(({ text, run }) => (!run && correctable(text) ? text : []));
  return { columns: [...tokens.map(indexedText), ...stems], vocabulary: new Set(words) };
}

function addWords(found: Map<string, string>, tokens: readonly Token[]): void {
  for (const { text, run } of tokens) {
    const telling = !run && text.length > 1 && /\p{L}/u.test(text) && !stopWords.has(text);
    if (telling) found.set(text, found.get(text) ?? text);
  }
}

/** Completions that a document offers: its title, its tags, and the words of both. */
export function completionsOf({ title, tags }: Pick<TextDocument, 'title' | 'tags'>): Completions {
  const found = new Map<string, string>();
  for (const text of [title, ...tags]) {
    const tokens = tokensOf(text);
    const shown = text.normalize('NFC').trim().replace(/\s+/gu, ' ');
    const fits = tokens.length <= longestPhrase.words && shown.length <= longestPhrase.characters;
    if (fits && tokens.length > 0)
      found.set(tokens.map((token) => token.text).join(' '), shown.toLowerCase());
    addWords(found, tokens);
  }
  return found;
}
