/** The vocabulary: every word that was ever indexed, findable by what its misspellings keep of it. */
import type { DatabaseSync } from 'node:sqlite';
import { editDistance } from '../words/edit-distance.ts';
import { editsAllowed, grams } from '../words/grams.ts';

/** A word near a misspelt one. */
export interface NearWord {
  readonly word: string;
  /** Lower is likelier: edits first, then whether letters are only swapped, then the first letter. */
  readonly rank: number;
}

const remembered = 50_000;
const considered = 400;

/** The vocabulary. It knows nothing of audiences: whoever asks must check what may be seen. */
export class Vocabulary {
  readonly #known = new Set<string>();
  readonly #add;
  readonly #addGram;
  readonly #near;

  constructor(database: DatabaseSync) {
    this.#add = database.prepare(
      'INSERT INTO word (word) VALUES (?) ON CONFLICT DO NOTHING RETURNING number',
    );
    this.#addGram = database.prepare('INSERT OR IGNORE INTO gram (gram, word) VALUES (?, ?)');
    this.#near = database.prepare(`
      SELECT word.word FROM (
        SELECT word AS number, count(*) AS shared FROM gram
        WHERE gram IN (SELECT value FROM json_each(?)) GROUP BY word ORDER BY shared DESC LIMIT ${considered}
      ) JOIN word USING (number)`);
  }

  /** Adds words. Call within a transaction. */
  add(words: Iterable<string>): void {
    for (const word of words) {
      if (this.#known.has(word)) continue;
      if (this.#known.size >= remembered) this.#known.clear();
      this.#known.add(word);
      const row = this.#add.get(word);
      if (row === undefined) continue;
      for (const gram of grams(word)) this.#addGram.run(gram, Number(row['number']));
    }
  }

  /** Words within the edits that a misspelt word is allowed, nearest first, swapped letters before others. */
  near(misspelt: string): NearWord[] {
    const bound = editsAllowed(misspelt);
    const found: NearWord[] = [];
    for (const row of this.#near.all(JSON.stringify(grams(misspelt)))) {
      const word = String(row['word']);
      const distance = editDistance(misspelt, word, bound);
      if (distance > 0 && distance <= bound) found.push({ word, rank: rank(misspelt, word, distance) });
    }
    return found.sort((a, b) => a.rank - b.rank);
  }

  /** Drops what is remembered, after the tables were emptied or a transaction failed. */
  forget(): void {
    this.#known.clear();
  }
}

const sorted = (word: string): string => [...word].sort().join('');

function rank(misspelt: string, word: string, distance: number): number {
  const swapped = sorted(misspelt) === sorted(word) ? 0 : 2;
  return distance * 4 + swapped + (misspelt[0] === word[0] ? 0 : 1);
}
