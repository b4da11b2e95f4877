/** Words that people type, cleaned at the entrance: any script and emoji stay, what could deceive or break a page goes. */
import { InvalidInputError } from './errors.ts';

/** Controls, and the marks that override or isolate the direction of the text around them. */
const unseen = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const unseenButBreaks = /[^\P{Cc}\n\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** One line of text in normal form (NFC): runs of spaces and line breaks become one space, control characters go. */
export function cleanLine(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(/\s+/gu, ' ').replace(unseen, '').trim();
}

/** The same, refusing text of which nothing remains; `field` names it in the error. */
export function requireLine(field: string, text: string): string {
  const clean = cleanLine(text);
  if (clean === '') throw new InvalidInputError(field, 'must have at least one character that can be seen');
  return clean;
}

/** Text of several lines in normal form: line breaks and tabs stay, other control characters go. */
export function cleanText(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(/\r\n?/g, '\n').replace(unseenButBreaks, '').trim();
}

/** A web address in its normal form; refuses any scheme but http and https, and addresses that carry a password. */
export function requireWebAddress(field: string, text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidInputError(field, 'must be a web address that starts with http:// or https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidInputError(field, 'must not carry a name or password');
  }
  return url.href;
}
