/** What may be sent: nothing that could add headers or recipients to a message. */
import { InvalidInputError } from '#kernel/errors';
import { check } from '#kernel/schema';
import { type Message, MessageSchema } from './contract.ts';

const plainAddress = /^[^\s\p{C}<>()[\],;:\\"@]{1,64}@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*$/u;
const breaksLine = /[\p{Cc}\u2028\u2029]/u;

/** An address without a name. Throws `InvalidInputError` naming `field`. */
export function requireAddress(field: string, text: string): string {
  if (text.length <= 254 && plainAddress.test(text)) return text;
  throw new InvalidInputError(field, 'must be one address such as ana@example.org');
}

/** A sender: an address, or a name and an address in angle brackets. Throws `InvalidInputError` naming `field`. */
export function requireSender(field: string, text: string): { name: string; address: string } {
  const [, name = '', inside] = /^([^<>]*)<([^<>]+)>$/.exec(text.trim()) ?? [];
  if (breaksLine.test(text)) throw new InvalidInputError(field, 'must be one line');
  return { name: name.trim().replaceAll('"', ''), address: requireAddress(field, (inside ?? text).trim()) };
}

/** Checks a message. Throws `InvalidInputError` naming the field at fault. */
export function requireMessage(message: Message): Message {
  const checked = check(MessageSchema, message, 'message');
  requireAddress('to', checked.to);
  if (breaksLine.test(checked.subject)) throw new InvalidInputError('subject', 'must be one line');
  return checked;
}
