/**
 * Keys under which a word is found when it is misspelt: the trigrams of longer words, and for
 * shorter ones, where a mistake breaks most trigrams, the word with each letter left out. Two
 * words one edit apart always share a key of the second kind.
 */

const lettersOnly = /^\p{L}{3,24}$/u;

/** Whether a word can be a correction, or be corrected: letters only, 3 to 24 of them. */
export function correctable(word: string): boolean {
  return lettersOnly.test(word);
}

/** How many edits a misspelt word may be away: one up to five letters, two beyond. */
export function editsAllowed(word: string): number {
  return word.length <= 5 ? 1 : 2;
}

/** A word's keys, each once. Keys of the two kinds never meet. */
export function grams(word: string): string[] {
  const keys = new Set<string>();
  if (word.length >= 5) {
    const padded = `^${word}$`;
    for (let i = 0; i + 3 <= padded.length; i++) keys.add(padded.slice(i, i + 3));
  }
  if (word.length <= 9) {
    keys.add(`-${word}`);
    for (let i = 0; i < word.length; i++) keys.add(`-${word.slice(0, i)}${word.slice(i + 1)}`);
  }
  return [...keys];
}
