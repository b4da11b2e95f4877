/**
 * Light stemming of English: number, -ing, -ed and British spelling. It errs on the side of
 * keeping words apart: "pin" and "pine", "plan" and "plane" stay two words.
 *
 * Phases: irregular forms; plural to singular; -ing and -ed to the verb; then endings that the
 * phases leave in two spellings are brought to one (-ie and -y, -our and -or, a final e after
 * s, x, z, ch, sh).
 */
import { irregular } from './irregular.ts';

const latin = /^[a-z]{3,}$/;
const vowel = /[aeiouy]/;
const shortSyllable = /^[^aeiou]*[aeiouy][^aeiouwxy]$/;

function singular(word: string): string {
  if (!word.endsWith('s') || /(?:ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (/(?:ss|x|z|ch|sh|s)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('oes') && word.length > 5) return word.slice(0, -2);
  return word.slice(0, -1);
}

/** What is left of a verb when its ending is taken, made whole again: "knitt" to "knit", "bak" to "bake". */
function mended(rest: string): string {
  if (/([bdgmnpt])\1$/.test(rest)) return rest.slice(0, -1);
  if (/(?:at|bl|iz|[cv])$/.test(rest) || shortSyllable.test(rest)) return `${rest}e`;
  return rest;
}

function verb(word: string): string {
  if (word.endsWith('ied') && word.length > 4) return `${word.slice(0, -3)}y`;
  const ending = /(?<!e)(?:ing|ed)$/.exec(word)?.[0];
  if (ending === undefined) return word;
  const rest = word.slice(0, -ending.length);
  return rest.length >= 3 && vowel.test(rest) ? mended(rest) : word;
}

function unified(word: string): string {
  if (word.length > 3 && word.endsWith('ie')) return `${word.slice(0, -2)}y`;
  if (word.length > 4 && word.endsWith('our')) return `${word.slice(0, -3)}or`;
  if (word.endsWith('eaux')) return word.slice(0, -1);
  if (word.endsWith('zz')) return word.slice(0, -1);
  return word.length > 3 && /(?:s|x|z|ch|sh)e$/.test(word) ? word.slice(0, -1) : word;
}

/** The stem of a folded word; words in other scripts and of one or two letters stem to themselves. Never throws. */
export function stem(word: string): string {
  if (!latin.test(word)) return word;
  const known = irregular.get(word);
  if (known !== undefined) return unified(known);
  const one = singular(word);
  return unified(one === word ? verb(word) : (irregular.get(one) ?? verb(one)));
}
