/** The text index as tables. */
import type { DocumentKind } from '../port.ts';

/** Each kind has a full-text table of its own: words are rare or common within their kind. */
export const shelves: Readonly<Record<DocumentKind, string>> = {
  pin: 'pin_words',
  board: 'board_words',
  user: 'user_words',
};

/** What a column's words count: title, tags, body, extra, stems of the title, stems of the rest. */
export const columnWeights = [16, 10, 2, 1, 8, 1] as const;

// Tokens are made by our own code and only parted again here; so every letter, digit and mark belongs to a token.
const shelf = (table: string): string => `
  CREATE VIRTUAL TABLE ${table} USING fts5(
    title, tags, body, extra, title_stems, other_stems,
    prefix='2 3',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
  );`;

const tables = `
  CREATE TABLE audience (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE document (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, version INTEGER NOT NULL, removed INTEGER NOT NULL,
    title TEXT NOT NULL, tags TEXT NOT NULL
  ) STRICT;
  CREATE TABLE seen (
    id INTEGER NOT NULL, audience INTEGER NOT NULL, PRIMARY KEY (id, audience)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE completion (
    audience INTEGER NOT NULL, text TEXT NOT NULL, shown TEXT NOT NULL, documents INTEGER NOT NULL,
    PRIMARY KEY (audience, text)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE word (number INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE gram (
    gram TEXT NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (gram, word)
  ) STRICT, WITHOUT ROWID;
  ${Object.values(shelves).map(shelf).join('')}`;

/** The steps that `openSqlite` takes; only ever appended to. */
export const schema: readonly string[] = [tables];

/** SQL that empties every table. Full-text tables are made anew: emptying one would take its documents out singly. */
export const clearing: string = [
  ...['audience', 'document', 'seen', 'completion', 'word', 'gram'].map((table) => `DELETE FROM ${table};`),
  ...Object.values(shelves).map((table) => `DROP TABLE ${table};${shelf(table)}`),
].join('\n');
