/** Function words: ignored in queries that say anything else, so that "pie with apples" finds an apple pie. */
export const stopWords: ReadonlySet<string> = new Set(
  'a an and are as at be by for from in into is it its my of on or our so that the these this to with your'.split(
    ' ',
  ),
);
