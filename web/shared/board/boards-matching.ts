/** Lower case, without accents, for comparing what people type. */
export function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** Boards whose name holds all the words, in their order; those that begin with them first. */
export function boardsMatching<T extends { readonly name: string }>(
  boards: readonly T[],
  words: string,
): T[] {
  const wanted = plain(words);
  const parts = wanted.split(/\s+/);
  const found = boards.filter(({ name }) => parts.every((part) => plain(name).includes(part)));
  const begins = (board: T) => (plain(board.name).startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b));
}
