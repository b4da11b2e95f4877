import { InvalidInputError } from '#kernel/errors';
import { cleanLine, cleanText, requireWebAddress } from '#kernel/plain-text';
import type { Credit, NewPin, PinData, PinPatch } from './contract.ts';

type Words = Pick<PinData, 'title' | 'description' | 'link' | 'altText' | 'tags'>;

const acting = /^(?:javascript|data|vbscript|file|blob):/i;

function cleanTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map(cleanLine).filter((tag) => tag !== ''))];
}

/** The words that a patch sets, cleaned; what it leaves out is absent. */
export function patchedWords(patch: Omit<PinPatch, 'boardId'>): Partial<Words> {
  const { title, description, link, altText, tags } = patch;
  return {
    ...(title !== undefined && { title: cleanLine(title) }),
    ...(description !== undefined && { description: cleanText(description) }),
    ...(link !== undefined && { link: link === null ? null : requireWebAddress('link', link) }),
    ...(altText !== undefined && { altText: cleanText(altText) }),
    ...(tags !== undefined && { tags: cleanTags(tags) }),
  };
}

/** All words of a new pin, cleaned; empty where nothing is given. */
export function newWords(input: Omit<NewPin, 'boardId' | 'mediaId' | 'credit'>): Words {
  return { title: '', description: '', link: null, altText: '', tags: [], ...patchedWords(input) };
}

/** A credit, cleaned. Its source may be an address or words, never something that acts when it is followed. */
export function cleanCredit(credit: Credit): Credit {
  const line = (text: string | null) => (text === null ? null : cleanLine(text) || null);
  const source = line(credit.source);
  if (source !== null && acting.test(source)) {
    throw new InvalidInputError('credit.source', 'must be a web address or words');
  }
  return { author: line(credit.author), source, licence: line(credit.licence) };
}
