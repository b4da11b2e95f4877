/** How often a sign-in may be tried: by name and address together, by address, by name. Counted in memory, so per process. */
import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitedError } from '#kernel/errors';

/** Tries in a window. */
export interface SignInLimitOptions {
  /** Of one name from one address, each minute. */
  readonly perNameAndAddress: number;
  /** From one address, each minute. */
  readonly perAddress: number;
  /** Of one name from everywhere, each quarter of an hour. */
  readonly perName: number;
}

/** What an address counts as: an IPv6 host owns its whole /64, so that is what is counted. */
export function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}

async function spend(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new RateLimitedError(`too many tries; wait ${seconds} seconds`, seconds);
  }
}

/** The limits of one process. A try is counted before it is made, so that tries at the same time count too. */
export class SignInLimits {
  readonly #pair: RateLimiterMemory;
  readonly #address: RateLimiterMemory;
  readonly #name: RateLimiterMemory;
  constructor(options: SignInLimitOptions) {
    this.#pair = new RateLimiterMemory({ points: options.perNameAndAddress, duration: 60 });
    this.#address = new RateLimiterMemory({ points: options.perAddress, duration: 60 });
    this.#name = new RateLimiterMemory({ points: options.perName, duration: 15 * 60 });
  }

  /** Counts a try from an address; throws `RateLimitedError` over the limit. */
  fromAddress(address: string): Promise<void> {
    return spend(this.#address, addressKey(address));
  }

  /** Counts a try of a name from an address. */
  async signIn(name: string, address: string): Promise<void> {
    await this.fromAddress(address);
    await spend(this.#pair, `${name} ${addressKey(address)}`);
    await spend(this.#name, name);
  }

  /** Counts a try of a signed-in person to change their password. */
  passwordChange(userId: string): Promise<void> {
    return spend(this.#pair, userId);
  }

  /** Takes back what a person's own successful try counted, and their mistakes before it. */
  async succeeded(name: string, address: string): Promise<void> {
    await this.#pair.delete(`${name} ${addressKey(address)}`);
    await this.#address.reward(addressKey(address));
    await this.#name.reward(name);
  }
}
