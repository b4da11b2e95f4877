/** Documents of the text index suite, and the index under test with short verbs. */
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import type { DocumentKind, TextDocument, TextIndex, TextMatch, TextQuery, TextResult } from './port.ts';

/** An id of a kind; higher numbers are newer. */
export const textId = (local: number, kind: DocumentKind = 'pin'): Id =>
  encodeId({ shard: 3, type: objectTypes[kind], local });

/** A public pin that says nothing, but for what is given. */
export function textDocument(local: number, given: Partial<TextDocument>): TextDocument {
  const blank = {
    kind: 'pin',
    version: 1,
    title: '',
    tags: [],
    body: '',
    extra: '',
    audiences: ['public'],
  } as const;
  return { ...blank, id: textId(local, given.kind), ...given };
}

/** The ids of matches, in order. */
export const ids = (matches: readonly TextMatch[]): Id[] => matches.map(({ id }) => id);

/** The index under test: verbs with what most tests ask for filled in (public pins). */
export interface Tools {
  index(): Promise<TextIndex>;
  put(...documents: TextDocument[]): Promise<void>;
  ask(words: string, more?: Partial<TextQuery>): Promise<TextResult>;
  find(words: string, more?: Partial<TextQuery>): Promise<Id[]>;
  suggest(prefix: string, audiences?: string[], limit?: number): Promise<string[]>;
}

/** The verbs of an index. */
export function toolsFor(index: () => Promise<TextIndex>): Tools {
  const ask: Tools['ask'] = async (words, more = {}) =>
    (await index()).query({ words, kinds: ['pin'], audiences: ['public'], limit: 50, ...more });
  return {
    index,
    ask,
    put: async (...documents) => (await index()).index(documents),
    find: async (words, more = {}) => ids((await ask(words, more)).matches),
    suggest: async (prefix, audiences = ['public'], limit = 10) =>
      (await index()).suggest(prefix, audiences, limit),
  };
}
