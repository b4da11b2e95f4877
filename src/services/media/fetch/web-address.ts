/** Which URLs are fetched at all, before any name is looked up. */
import { isIP } from 'node:net';
import { InvalidInputError } from '#kernel/errors';

/** Whether an IP address may be connected to. */
export type AddressRule = (address: string) => boolean;

/** What is said of every address that is refused, so that the answer tells nothing about the network behind. */
export function notPublic(): InvalidInputError {
  return new InvalidInputError('url', 'must lead to a public address');
}

/** Parses and checks a URL; `anyPort` lifts the rule on ports. Throws `InvalidInputError` for field `url`. */
export function checkedUrl(text: string, rule: AddressRule, anyPort: boolean, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidInputError('url', 'must be a web address that starts with http:// or https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidInputError('url', 'must not carry a name or password');
  }
  if (!anyPort && url.port !== '' && url.port !== '80' && url.port !== '443') {
    throw new InvalidInputError('url', 'must use port 80 or 443');
  }
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !rule(literal)) throw notPublic();
  return url;
}
