/** Folding: forms of a text that people take for the same become the same. */

// Combining marks that are accents or vowel points; those of Indic scripts are letters of their own and stay.
const accents = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu;
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  ħ: 'h',
};
const special = new RegExp(`[${Object.keys(letters).join('')}]`, 'gu');
// What most texts are made of needs no unification.
const plainLatin = /^[\n\x20-\x26\x28-\x7e]*$/;
const elision = /(?<![\p{L}\p{N}])(\p{L})['’ʼ](?=\p{L})/gu;
const apostrophe = /(?<=\p{L})['’ʼ](?=\p{L})/gu;

/**
 * Lower case without accents, compatibility forms unified: "Crème Brûlée" and "creme brulee" fold alike.
 * An apostrophe after one letter parts words (l'été), any other joins them (grandma's).
 */
export function fold(text: string): string {
  if (plainLatin.test(text)) return text.toLowerCase();
  const plain = text.normalize('NFKD').replace(accents, '').normalize('NFKC').toLowerCase();
  const spelled = plain.replace(special, (letter) => letters[letter] ?? letter);
  return spelled.replace(elision, '$1 ').replace(apostrophe, '');
}
