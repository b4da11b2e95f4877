/** POSTs to the public web, under the rules of the fetcher: never into the network that the server stands in. */
import { PinakesError } from '#kernel/errors';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';
import { type FetcherOptions, unreachable } from './fetcher.ts';
import { createGuardedAgent } from './guarded-agent.ts';
import { type AddressRule, checkedUrl } from './web-address.ts';

/** Sends to addresses that somebody set; any port of a public address will do. Holds nothing between requests. */
export class Poster {
  readonly #timeoutMs: number;
  readonly #resolve: FetcherOptions['resolve'];
  readonly #rule: AddressRule;

  constructor({ allowLoopback = false, timeoutMs = 10_000, resolve }: FetcherOptions) {
    this.#timeoutMs = timeoutMs;
    this.#resolve = resolve;
    this.#rule = (address) => isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));
  }

  /** Throws `InvalidInputError` for what is no web address, and for addresses that are not public; names are looked up by `post` alone. */
  require(url: string): URL {
    return checkedUrl(url, this.#rule, true);
  }

  /**
   * Sends a body; answers the status, whatever it is, and reads nothing else of the answer. Redirects are not followed. Throws
   * `InvalidInputError` for addresses that are not public, `UnavailableError` when the other side is slow or down.
   */
  async post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
    const target = this.require(url);
    const { request } = await import('undici');
    const agent = await createGuardedAgent(this.#rule, this.#timeoutMs, this.#resolve);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const options = { method: 'POST', headers, body, dispatcher: agent, signal } as const;
      const answer = await request(target, options);
      answer.body.on('error', () => undefined).destroy();
      return answer.statusCode;
    } catch (error) {
      if (error instanceof PinakesError) throw error;
      throw unreachable(signal.aborted ? signal.reason : error);
    } finally {
      await agent.destroy();
    }
  }
}
