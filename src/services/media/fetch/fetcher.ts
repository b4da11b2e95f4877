/** Fetches from the public web on behalf of people: never from the network that the server stands in. */
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { InvalidInputError, PinakesError, UnavailableError } from '#kernel/errors';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';
import { acceptedEncodings, decoded } from './body.ts';
import { createGuardedAgent, type Resolve } from './guarded-agent.ts';
import { type AddressRule, checkedUrl } from './web-address.ts';

/** How the fetcher behaves. */
export interface FetcherOptions {
  /** For tests: lets it reach this machine, on any port. */
  readonly allowLoopback?: boolean | undefined;
  /** For one fetch in all, redirects and body included; 10 seconds by default. */
  readonly timeoutMs?: number | undefined;
  /** Finds addresses; the system's resolver by default. */
  readonly resolve?: Resolve | undefined;
}

/** An answer while it is being read. */
export interface Fetched {
  /** After redirects. */
  readonly url: URL;
  /** Media type in lower case without parameters; empty when the server names none. */
  readonly type: string;
  /** The charset that the server names, in lower case; empty when it names none. */
  readonly charset: string;
  /** Decompressed. */
  readonly body: Readable;
}

const mostRedirects = 5;
const userAgent = 'Mozilla/5.0 (compatible; Pinakes; saves pictures that a person chose)';

type Answer = Dispatcher.ResponseData;

const header = (answer: Answer, name: string): string => {
  const value = answer.headers[name];
  return (Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).trim();
};

function refuseStatus(status: number): void {
  if (status >= 200 && status < 300) return;
  if (status === 429 || status >= 500)
    throw new UnavailableError(`the other site answered ${status}; try later`);
  throw new InvalidInputError('url', `must lead to something; the other site answered ${status}`);
}

/** What a failure to reach the other site means. */
export function unreachable(error: unknown): PinakesError {
  const { code, name } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', name: '' };
  if (code === 'ENOTFOUND' || code === 'EAI_NODATA') {
    return new InvalidInputError('url', 'must name a site that exists', error);
  }
  const slow = name === 'TimeoutError' || `${code}`.includes('TIMEOUT');
  return new UnavailableError(`the other site ${slow ? 'took too long' : 'could not be reached'}`, error);
}

/** Fetches under rules; holds nothing between fetches. */
export class Fetcher {
  readonly #allowLoopback: boolean;
  readonly #timeoutMs: number;
  readonly #resolve: Resolve | undefined;
  readonly #rule: AddressRule;

  constructor({ allowLoopback = false, timeoutMs = 10_000, resolve }: FetcherOptions) {
    this.#allowLoopback = allowLoopback;
    this.#timeoutMs = timeoutMs;
    this.#resolve = resolve;
    this.#rule = (address) => isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));
  }

  /**
   * GETs a URL, follows up to 5 redirects, and hands the answer to `use`; when that ends, so does the connection.
   * Throws `InvalidInputError` for addresses that are not public and for refusals of the other site,
   * `UnavailableError` when it is slow or down, `UnsupportedError` for encodings that are not understood.
   */
  async get<T>(url: string, accept: string, use: (fetched: Fetched) => Promise<T>): Promise<T> {
    const start = this.#checked(url);
    const { request } = await import('undici');
    const agent = await createGuardedAgent(this.#rule, this.#timeoutMs, this.#resolve);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const { answer, at } = await this.#follow(start, (target) =>
        request(target, { dispatcher: agent, signal, headers: headersFor(accept) }),
      );
      refuseStatus(answer.statusCode);
      return await use(fetchedFrom(answer, at));
    } catch (error) {
      if (error instanceof PinakesError) throw error;
      throw unreachable(signal.aborted ? signal.reason : error);
    } finally {
      await agent.destroy();
    }
  }

  #checked(text: string, base?: URL): URL {
    return checkedUrl(text, this.#rule, this.#allowLoopback, base);
  }

  async #follow(start: URL, ask: (url: URL) => Promise<Answer>): Promise<{ answer: Answer; at: URL }> {
    let at = start;
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      const answer = await ask(at);
      const location = header(answer, 'location');
      if (answer.statusCode < 300 || answer.statusCode >= 400 || location === '') return { answer, at };
      answer.body.on('error', () => undefined).destroy();
      at = this.#checked(location, at);
    }
    throw new InvalidInputError('url', `must not redirect more than ${mostRedirects} times`);
  }
}

function headersFor(accept: string): Record<string, string> {
  return { accept, 'accept-encoding': acceptedEncodings, 'user-agent': userAgent };
}

function fetchedFrom(answer: Answer, url: URL): Fetched {
  const contentType = header(answer, 'content-type').toLowerCase();
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/.exec(contentType)?.[1] ?? '';
  const encoding = header(answer, 'content-encoding').toLowerCase();
  return {
    url,
    type: contentType.split(';')[0]?.trim() ?? '',
    charset,
    body: decoded(answer.body, encoding),
  };
}
